import ArrowHost
import Subprocess
import Testing

/// What is committed says the same as what it was made from or speaks of.
@Suite("What is committed") struct DocumentTests {
  private static let clone: String = {
    let folder = Files.split(#filePath).folder
    return Files.split(Files.split(folder).folder).folder
  }()

  private static func text(of path: String) throws -> String {
    String(decoding: try Files.contents(of: path, atMost: 1 << 24), as: UTF8.self)
  }

  /// Everything in Tests/*/*.swift.
  private static func sources() throws -> String {
    try Files.names(in: "\(clone)/Tests").flatMap { room -> [String] in
      let folder = "\(clone)/Tests/" + String(decoding: room, as: UTF8.self)
      return try ((try? Files.names(in: folder)) ?? []).compactMap { name in
        let name = String(decoding: name, as: UTF8.self)
        return name.hasSuffix(".swift") ? try text(of: "\(folder)/\(name)") : nil
      }
    }.joined()
  }

  @Test("the BPF programs are what their source says")
  func programs() async throws {
    let check = try await Subprocess.run(
      .path("/bin/bash"), arguments: ["\(Self.clone)/Sources/CLinux/bpf/compile", "--check"],
      output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    #expect(check.terminationStatus == .exited(0), "\(check.standardOutput)\(check.standardError)")
  }

  /// A test that is renamed must not leave its promise without one.
  @Test("SPECIFICATION.md names tests that exist, and each promise has something that enforces it")
  func specification() throws {
    let sources = try Self.sources()
    let rows = try Self.text(of: "\(Self.clone)/SPECIFICATION.md").split(separator: "\n").filter {
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
}
