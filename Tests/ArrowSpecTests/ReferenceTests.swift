import Glibc
import Testing

@testable import ArrowSpec

@Suite("docs/arrow-spec.md and docs/contracts.md")
struct ReferenceTests {
  private func text(of name: String) throws -> [UInt8] {
    let root = String(#filePath.dropLast("Tests/ArrowSpecTests/ReferenceTests.swift".count))
    let file = try #require(fopen("\(root)docs/\(name)", "r"))
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return Array(bytes.prefix(count))
  }

  private func expect(_ page: String, has words: [String]) throws {
    let text = String(decoding: try text(of: page), as: UTF8.self)
    for word in words { #expect(text.contains(word), "\(word) is not in docs/\(page)") }
  }

  @Test("the spec's page has each of its keys")
  func keys() throws {
    let schema = try JSONDocument(text(of: "arrow_spec.schema.json"))
    let words = try keys(of: schema.root).map { "`\($0)`" }
    #expect(words.count > 25)
    try expect("arrow-spec.md", has: words)
  }

  @Test("the contracts have each word of the kernel command line, each event and each reason")
  func contracts() throws {
    var words = KernelCommandLine.keys.map { "`\($0)=" } + GuestEvent.Reason.allCases.map { "| `\($0.rawValue)` |" }
    let events: [GuestEvent] = [
      .booted(arrow: ""), .ready, .status(text: ""), .exited(code: 0, signal: nil, reason: .exited),
      .seccomp(syscall: ""), .moreRefused(count: 1), .logged(syscall: ""), .denied(nil), .listening(ports: []),
      .clock(seconds: 0),
      .memory(availableMiB: 0, totalMiB: 0), .output(stdout: 0, stderr: 0),
      .error(stage: "", message: ""),
    ]
    for event in events {
      let document = try JSONDocument(Array(event.line.dropLast()))
      words.append("| `\(try #require(document.root.member("event")).string())` |")
    }
    #expect(words.count > 15)
    try expect("contracts.md", has: words)
  }

  /// The keys at the top; of the objects among them, those one level down.
  private func keys(of schema: JSONValue) throws -> [String] {
    try properties(of: schema).flatMap { name, value in
      value.member("properties") == nil ? [name] : try properties(of: value).map { "\(name).\($0.0)" }
    }
  }

  private func properties(of object: JSONValue) throws -> [(String, JSONValue)] {
    let reader = try ObjectReader(freeKeysOf: try #require(object.member("properties")), "properties")
    return try reader.all.map { (try $0.string(), $1) }
  }
}
