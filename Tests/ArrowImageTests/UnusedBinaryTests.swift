import ArrowHost
import Testing

@testable import ArrowImage

@Suite("Binaries of the pieces")
struct UnusedBinaryTests {
  /// The binaries' files that stay, and the folders that are said to be left out.
  private func taken(_ scratch: Scratch) throws -> (files: [String], unused: [String]) {
    var pieces = try PiecesFolder(scratch.url("pieces"))
    let unused = pieces.leaveOutUnusedBinaries(by: try SpecCheck.check(pieces))
    let files = pieces.order.filter { path in
      if case .folder = pieces.entries[path] { return false }
      return path.isBelow("binary") && !path.isBelow("binary/tool")
    }
    return (files.map(\.description), unused.map(\.description))
  }

  private func scratch(binaries: String...) throws -> Scratch {
    let scratch = try Scratch.withPieces()
    for binary in binaries {
      try scratch.write("program", to: "pieces/binary/\(binary)/bin/run", mode: 0o755)
      try scratch.write("library", to: "pieces/binary/\(binary)/lib/library")
    }
    return scratch
  }

  @Test("binaries of the pieces stay out of the image where no arrow leads to them")
  func unused() throws {
    let taken = try taken(try scratch(binaries: "other/v1", "tool/v0"))
    #expect(taken.files == [])
    #expect(taken.unused == ["binary/other/v1", "binary/tool/v0"])
  }

  @Test("binaries of the pieces are there where a spec names one by its path")
  func named() throws {
    for process in [
      #""cmd": "/binary/other/v1/bin/run""#, #""cmd": "tool", "args": ["tool", "--with=/binary/other/v1/bin/run"]"#,
      #""cmd": "tool", "env": ["PATH=/binary/tool/v1.2.3/bin:/binary/other/v1/bin"]"#,
      #""cmd": "tool", "cwd": "/binary/other/v1""#,
    ] {
      let scratch = try scratch(binaries: "other/v1")
      try scratch.write(
        #"{"binary": {"name": "tool", "version": "1"}, "process": {\#(process)}}"#,
        to: "pieces/meta/hello/arrow_spec.json")
      #expect(try taken(scratch).files.count == 2, "\(process)")
    }
  }

  @Test("binaries of the pieces are there where an arrow's link leads, whole")
  func linked() throws {
    let scratch = try scratch(binaries: "linked/v1", "other/v1")
    try scratch.link("pieces/meta/hello/.venv/bin/python", to: "/binary/linked/v1/bin/run")
    let taken = try taken(scratch)
    #expect(taken.files == ["binary/linked/v1/bin/run", "binary/linked/v1/lib/library"])
    #expect(taken.unused == ["binary/other/v1"])
  }

  @Test("binaries of the pieces are there without their programs where another one has the library of them")
  func borrowed() throws {
    let scratch = try scratch(binaries: "linked/v1", "static/v1", "third/v1", "fourth/v1")
    try scratch.link("pieces/meta/hello/.venv/bin/python", to: "/binary/linked/v1/bin/run")
    try scratch.link("pieces/binary/linked/v1/lib/python", to: "../../../static/v1/lib")
    try scratch.link("pieces/binary/static/v1/bin/again", to: "run")
    try scratch.link("pieces/binary/static/v1/lib/third", to: "/binary/third/v1/bin/run")
    let taken = try taken(scratch)
    let library = ["binary/static/v1/lib/library", "binary/static/v1/lib/third"]
    #expect(taken.files.filter { $0.hasPrefix("binary/static/") } == library)
    #expect(taken.files.filter { $0.hasPrefix("binary/third/") }.count == 2, "a program that is linked to")
    #expect(taken.unused == ["binary/fourth/v1"])
  }
}
