import ArrowHost
import Testing

@testable import ArrowImage

/// What docker's own matcher says of the same patterns (moby/patternmatcher).
@Suite("A list of what is left out")
struct IgnoreFileTests {
  private func isLeftOut(_ path: String, by text: String) throws -> Bool {
    try IgnoreFile("app/.dockerignore", Array(text.utf8)).line(leavingOut: BytePath(path)) != nil
  }

  @Test(
    "a pattern means what it means to docker",
    arguments: [
      (".env", [".env"], ["a/.env", ".env2", "x.env"]),
      ("*.pem", ["a.pem", ".pem"], ["a/b.pem", "a.pemx"]),
      ("*/*.pem", ["a/b.pem"], ["b.pem", "a/b/c.pem"]),
      ("**/*.pem", ["b.pem", "a/b.pem", "a/b/c.pem"], ["a/b.pem2"]),
      ("**.pem", ["b.pem", "a/b.pem"], ["b.pe"]),
      ("**foo", ["foo", "xfoo", "a/xfoo"], ["foox"]),
      ("a**b", ["ab", "ax/b"], ["axb"]),
      ("a/**", ["a/b", "a/b/c"], ["a", "b/a/c"]),
      ("**", ["a", "a/b"], []),
      ("a/**/z", ["a/z", "a/b/z", "a/b/c/z"], ["a/bz"]),
      ("/secret/", ["secret", "secret/x", "secret/x/y"], ["a/secret"]),
      ("./a/../b//c", ["b/c", "b/c/d"], ["c", "a"]),
      ("b?", ["bc", "b\u{e9}"], ["b", "b/", "bcd"]),
      ("[a-c]x", ["ax", "cx"], ["dx", "x"]),
      ("[^a-c]x", ["dx", "\u{e9}x"], ["ax"]),
      ("[\\]]x", ["]x"], ["\\x"]),
      ("\\*.txt", ["*.txt"], ["a.txt"]),
      ("a.b", ["a.b"], ["axb"]),
      ("a$(b)+|{c}", ["a$(b)+|{c}"], ["ab"]),
      ("  .env  ", [".env"], []),
      ("# .env", [], [".env", "# .env"]),
      ("\u{FEFF}.env", [".env"], []),
      ("*.json\r", ["a.json"], []),
      (".", [], ["a", ".env"]),
      ("..", [], ["a", "b/a"]),
      ("*\n!*.py", ["a.txt", "b/a.py"], ["a.py"]),
      ("*\n!b/*.py", ["a.py", "b/a.txt"], ["b/a.py"]),
      ("docs\n!docs/keep", ["docs/a"], ["docs/keep", "docs/keep/x"]),
      ("!a\na", ["a"], ["b"]),
      ("a\n!a\na", ["a"], []),
      ("a\n! a", [], ["a"]),
    ])
  func patterns(text: String, leftOut: [String], kept: [String]) throws {
    for path in leftOut { #expect(try isLeftOut(path, by: text), "\(path)") }
    for path in kept { #expect(try !isLeftOut(path, by: text), "\(path)") }
  }

  @Test("names that are no UTF-8 are matched by their bytes")
  func bytes() throws {
    let list = try IgnoreFile("l", Array("na?me\n".utf8) + [0xFE, 0x0A])
    #expect(list.line(leavingOut: BytePath(Array("na".utf8) + [0xFF] + Array("me".utf8))) == 1)
    #expect(list.line(leavingOut: BytePath([0xFE])) == 2)
    #expect(list.line(leavingOut: BytePath([0xFD])) == nil)
  }

  @Test("a pattern of a hundred stars takes no time")
  func stars() throws {
    let text = String(repeating: "*a", count: 100) + "b"
    #expect(try !isLeftOut(String(repeating: "a", count: 200), by: text))
  }

  @Test("what is wrong with a list is shown with its place")
  func mistakes() throws {
    let errors = try #require(throws: InputErrors.self) {
      try IgnoreFile("app/.dockerignore", Array("ok\n  a[b\n!\n[]a]\n\u{e9}x[z-a]\nend\\\n[-]".utf8))
    }
    #expect(
      errors.findings.map { $0.rendered(program: "").prefix { $0 != "\n" } } == [
        "app/.dockerignore:2:4: error: a [ without its end, or with an empty range",
        "app/.dockerignore:3:1: error: a ! with nothing behind it",
        "app/.dockerignore:4:1: error: a [ without its end, or with an empty range",
        "app/.dockerignore:5:3: error: a range in [ ] that ends before it begins",
        "app/.dockerignore:6:4: error: a \\ with nothing behind it",
        "app/.dockerignore:7:1: error: a [ without its end, or with an empty range",
      ])
  }

  @Test("the line that names a path leaves out exactly that", arguments: ["a b", "[x]*?", "#a", "!a", "a\\b", "d/e"])
  func naming(path: String) throws {
    #expect(try isLeftOut(path, by: IgnoreFile.line(naming: BytePath(path))))
    #expect(try !isLeftOut(path + "x", by: IgnoreFile.line(naming: BytePath(path))))
  }
}
