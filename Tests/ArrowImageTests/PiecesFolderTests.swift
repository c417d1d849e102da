import ArrowHost
import Glibc
import Testing

@testable import ArrowImage

@Suite("The pieces folder")
struct PiecesFolderTests {
  /// The one thing that is wrong with these pieces, without the folder's own path.
  private func refusal(_ scratch: Scratch) throws -> String {
    let errors = try #require(throws: InputErrors.self) { try PiecesFolder(scratch.url("pieces")) }
    #expect(errors.findings.count == 1)
    return errors.findings[0].message.replacing(scratch.url("pieces/"), with: "")
  }

  @Test("a pieces folder is read with parents before children, in the order of bytes")
  func order() throws {
    let scratch = try Scratch.withPieces()
    try scratch.write("", to: "pieces/meta/hello/Z")
    try scratch.write("", to: "pieces/meta/hello/a")
    let pieces = try PiecesFolder(scratch.url("pieces"))
    #expect(
      pieces.order == [
        "binary", "binary/tool", "binary/tool/v1.2.3", "binary/tool/v1.2.3/bin", "binary/tool/v1.2.3/bin/tool",
        "binary/tool/v1.2.3/seccomp.json", "meta", "meta/hello", "meta/hello/Z", "meta/hello/a",
        "meta/hello/arrow_spec.json",
      ])
  }

  @Test("a pieces folder that is not there, or is a file, is named with what it should be")
  func missing() throws {
    let scratch = try Scratch.withPieces()
    let absent = try #require(throws: HostError.self) { try PiecesFolder(scratch.url("none")) }
    #expect(absent.message == "there is no pieces folder \(scratch.url("none"))")
    let file = try #require(throws: HostError.self) { try PiecesFolder(scratch.url("kernel")) }
    #expect(file.message == "\(scratch.url("kernel")) is not a folder")
  }

  @Test("FIFOs, sockets and device nodes are refused by name")
  func specialFiles() throws {
    let scratch = try Scratch.withPieces()
    #expect(mkfifo(scratch.url("pieces/meta/hello/queue"), 0o644) == 0)
    #expect(try refusal(scratch) == "meta/hello/queue is a FIFO; only files, folders and links can be in an image")
    unlink(scratch.url("pieces/meta/hello/queue"))

    #expect(mknod(scratch.url("pieces/meta/hello/s"), S_IFSOCK | 0o644, 0) == 0)
    #expect(try refusal(scratch) == "meta/hello/s is a socket; only files, folders and links can be in an image")
    unlink(scratch.url("pieces/meta/hello/s"))

    // Device nodes take privileges: where we have none, the two above have to do.
    guard mknod(scratch.url("pieces/meta/hello/null"), S_IFCHR | 0o644, 0x103) == 0 else { return }
    #expect(
      try refusal(scratch) == "meta/hello/null is a device node; only files, folders and links can be in an image")
  }

  @Test(
    "links that stay inside are kept",
    arguments: [
      "arrow_spec.json", "../hello/arrow_spec.json", "/meta/hello/arrow_spec.json", "/dev/stdout", "/tmp/cache",
      "./.././../binary", "/",
    ])
  func goodLinks(target: String) throws {
    let scratch = try Scratch.withPieces()
    try scratch.link("pieces/meta/hello/link", to: target)
    let pieces = try PiecesFolder(scratch.url("pieces"))
    #expect(pieces.entries["meta/hello/link"] == .link(target: BytePath(target)))
    #expect(pieces.warnings.isEmpty)
  }

  @Test(
    "links out of the pieces are refused",
    arguments: [
      ("../../../kernel", "meta/hello/link is a link out of the pieces: ../../../kernel"),
      (
        "/usr/lib/os-release",
        "meta/hello/link is a link to /usr/lib/os-release, which the pieces don't have"
      ),
      ("link", "meta/hello/link is a link in a loop: link"),
      ("../../../pieces/meta", "meta/hello/link is a link out of the pieces: ../../../pieces/meta"),
    ])
  func badLinks(target: String, message: String) throws {
    let scratch = try Scratch.withPieces()
    try scratch.link("pieces/meta/hello/link", to: target)
    #expect(try refusal(scratch) == message)
  }

  @Test("a link that leads nowhere inside is kept, with a warning")
  func danglingLink() throws {
    let scratch = try Scratch.withPieces()
    try scratch.link("pieces/meta/hello/link", to: "later")
    #expect(
      try PiecesFolder(scratch.url("pieces")).warnings == [
        "\(scratch.url("pieces"))/meta/hello/link is a link to later, which is not there"
      ])
  }

  @Test("links that meet in a circle are each refused")
  func linkCircle() throws {
    let scratch = try Scratch.withPieces()
    try scratch.link("pieces/meta/hello/a", to: "b/x")
    try scratch.link("pieces/meta/hello/b", to: "a/y")
    let errors = try #require(throws: InputErrors.self) { try PiecesFolder(scratch.url("pieces")) }
    #expect(errors.findings.count == 2)
  }

  @Test(
    "names with control bytes are refused, and arrows' names that are no UTF-8; they are shown so that they can be found",
    arguments: [
      (Array("hello/a\nb".utf8), "meta/hello/a\\x0ab has a name that is not printable UTF-8"),
      (Array("a".utf8) + [0xFF], "meta/a\\xff has a name that is not printable UTF-8"),
    ])
  func badNames(name: [UInt8], message: String) throws {
    let scratch = try Scratch.withPieces()
    try Files.create(BytePath(scratch.url("pieces/meta")) / BytePath(name), contents: [])
    #expect(try refusal(scratch) == message)
  }

  @Test("a folder of another name is refused, with the one that was meant")
  func topLevel() throws {
    let scratch = try Scratch.withPieces()
    try scratch.write("", to: "pieces/metas/x")
    let errors = try #require(throws: InputErrors.self) { try PiecesFolder(scratch.url("pieces")) }
    #expect(errors.findings.map(\.message) == ["\(scratch.url("pieces"))/metas has no place in the pieces"])
    #expect(errors.findings.map(\.hint) == [#"did you mean "meta"?"#])
  }

  @Test("files where folders have a meaning are refused; dot files there are passed over")
  func layout() throws {
    let scratch = try Scratch.withPieces()
    for place in [".gitignore", "meta/.keep", "binary/.keep", "binary/tool/.keep"] {
      try scratch.write("", to: "pieces/" + place)
    }
    #expect(try PiecesFolder(scratch.url("pieces")).entries.keys.allSatisfy { !$0.description.contains("/.") })
    try scratch.write("", to: "pieces/meta/hello/.env")
    #expect(try PiecesFolder(scratch.url("pieces")).entries["meta/hello/.env"] != nil)
    try scratch.write("", to: "pieces/meta/README")
    #expect(try refusal(scratch) == "meta/README must be a folder")
  }

  @Test("set-user-ID files lose the bit, with a warning")
  func setUserID() throws {
    let scratch = try Scratch.withPieces()
    try scratch.write("", to: "pieces/meta/hello/su", mode: 0o4755)
    let pieces = try PiecesFolder(scratch.url("pieces"))
    #expect(
      pieces.warnings == [
        "\(scratch.url("pieces"))/meta/hello/su is set-user-ID or set-group-ID; the image has it without"
      ])
    guard case .file(let file) = pieces.entries["meta/hello/su"] else {
      Issue.record("the file is gone")
      return
    }
    #expect(file.mode == 0o755)
    #expect(!file.isAsInImage)
  }

  @Test("a pieces folder without an arrow is no input")
  func noArrow() throws {
    let scratch = try Scratch.withPieces()
    try Files.remove(scratch.url("pieces/meta/hello"))
    let errors = try #require(throws: InputErrors.self) { try PiecesFolder(scratch.url("pieces")) }
    #expect(errors.findings.map(\.message) == ["\(scratch.url("pieces")) has no arrow"])
  }
}
