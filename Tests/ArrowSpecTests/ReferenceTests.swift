import Glibc
import Testing

@testable import ArrowSpec

@Suite("docs/reference.md")
struct ReferenceTests {
  private func text(of name: String) throws -> [UInt8] {
    let root = String(#filePath.dropLast("Tests/ArrowSpecTests/ReferenceTests.swift".count))
    let file = try #require(fopen("\(root)docs/\(name)", "r"))
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return Array(bytes.prefix(count))
  }

  @Test("has each key of a spec, word of the kernel command line, event and reason")
  func complete() throws {
    let reference = String(decoding: try text(of: "reference.md"), as: UTF8.self)
    var words = KernelCommandLine.keys.map { "`\($0)=" } + GuestEvent.Reason.allCases.map { "`\($0.rawValue)`" }
    let events: [GuestEvent] = [
      .booted(arrow: ""), .ready, .status(text: ""), .exited(code: 0, signal: nil, reason: .exited),
      .seccomp(syscall: ""), .logged(syscall: ""), .clock(seconds: 0), .error(stage: "", message: ""),
    ]
    for event in events {
      let document = try JSONDocument(Array(event.line.dropLast()))
      words.append("| `\(try #require(document.root.member("event")).string())` |")
    }
    let schema = try JSONDocument(text(of: "arrow_spec.schema.json"))
    for key in try keys(of: schema.root) where key != "$schema" { words.append("`\(key)`") }
    #expect(words.count > 45)
    for word in words { #expect(reference.contains(word), "\(word)") }
  }

  /// The keys at the top; of the objects among them, those one level down.
  private func keys(of schema: JSONValue) throws -> [String] {
    try properties(of: schema).flatMap { name, value in
      value.member("properties") == nil ? [name] : try properties(of: value).map { "\(name).\($0.0)" }
    }
  }

  private func properties(of object: JSONValue) throws -> [(String, JSONValue)] {
    var reader = try ObjectReader(try #require(object.member("properties")), "properties")
    return try reader.takeAll().map { (try $0.string(), $1) }
  }
}
