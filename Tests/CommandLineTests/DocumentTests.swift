import ArrowHost
import TestSupport
import Testing

/// Committed files agree with what they were made from or speak of.
@Suite("Committed documents and programs")
struct DocumentTests {
  /// Everything in Tests/*/*.swift.
  private static func sources() throws -> String {
    try names(in: "Tests").flatMap { room in
      try ((try? names(in: "Tests/\(room)")) ?? []).filter { $0.hasSuffix(".swift") }.map {
        try Clone.text(of: "Tests/\(room)/\($0)")
      }
    }.joined()
  }

  private static func names(in folder: String) throws -> [String] {
    try Files.names(in: Clone.path(folder)).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test("the BPF programs are what their source says")
  func programs() async throws {
    let check = try await Command(["/bin/bash", Clone.path("Sources/CLinux/bpf/compile"), "--check"]).run()
    #expect(check.code == 0, "\(check.stdout)\(check.stderr)")
  }

  /// When a test is renamed, its promise must not lose it.
  @Test("SPECIFICATION.md names tests that exist, and each promise has something that enforces it")
  func specification() throws {
    let sources = try Self.sources()
    let rows = try Clone.text(of: "SPECIFICATION.md").split(separator: "\n").filter {
      $0.hasPrefix("| ") && !$0.hasPrefix("| promise") && !$0.hasPrefix("| ---")
    }
    #expect(rows.count > 50)
    for row in rows {
      let cells = row.split(separator: "|")
      let proof = cells.last ?? ""
      #expect(cells.count == 3, "\(row)")
      let names = proof.matches(of: #/"([^"]+)"/#).map(\.1)
      #expect(!names.isEmpty || proof.contains("make ") || proof.contains("Makefile"), "\(row)")
      for name in names {
        // `…` stands for the rest of a long name.
        let name = name.hasSuffix("…") ? name.dropLast() : name
        #expect(sources.contains(name), "no test is called \(name)")
      }
    }
  }

  /// A help text that changes must not leave the page behind.
  @Test("docs/command-line.md is what the tools' help says")
  func commandLine() async throws {
    var command = Command(["/bin/bash", Clone.path("tools/command-line-page"), "--print"])
    command.variables = .inherited(and: ["ARROW_BIN": Clone.tools])
    let page = try await command.run()
    #expect(page.code == 0, "\(page.stderr)")
    #expect(page.stdout == (try Clone.text(of: "docs/command-line.md")), "tools/command-line-page writes it anew")
  }
}
