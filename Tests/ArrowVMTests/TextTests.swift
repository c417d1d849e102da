import ArrowHost
import ArrowSpec
import TestSupport
import Testing

@testable import ArrowVM

@Suite("Sizes, words and files of variables")
struct TextTests {
  @Test(
    "memory sizes as docker has them",
    arguments: [
      ("64m", 64), ("64M", 64), ("1g", 1024), ("67108864", 64), ("65536k", 64), ("16777216b", 16), ("1024G", 1 << 20),
      ("1m", 1), ("1048576", 1),
    ])
  func memory(text: String, mebibytes: Int) throws {
    #expect(try MemorySize.mebibytes(text) == mebibytes)
  }

  @Test(
    "text that is no memory size, or a size out of range, is refused",
    arguments: [
      "", "m", "0", "0m", "64", "1023k", "1025g", "9223372036854775808",
      "99999999999999999999g", "-64m", "0x40m", "6 4m", "64mb", "64.5m", "٦٤m", "9223372036854775807g", "1e3m",
      "65536\u{212A}",
    ])
  func noMemory(text: String) {
    #expect(throws: HostError.self) { try MemorySize.mebibytes(text) }
  }

  /// What /bin/sh makes of a line.
  private func shell(_ line: String) throws -> [UInt8] {
    let scratch = Scratch("vm-test")
    let file = scratch.url("output")
    let answer = try ShortProcess.output(["/bin/sh", "-c", line + " >\(file)"], seconds: 30)
    #expect(answer?.status == 0, "\(answer?.text ?? "killed")")
    return try Files.contents(of: file)
  }

  @Test("a shell reads a quoted word back as the same word")
  func quoting() throws {
    let words = [
      "", "plain-word_1.2/3:4=5,6+7@8%9", "it's", "'", "a b", "$HOME", "`id`", "\"", "\\", "*", "~", "\n", "ü", "[x]",
    ]
    let line = "printf '%s\\0' " + words.map(ShellText.word).joined(separator: " ")
    #expect(try shell(line) == words.flatMap { Array($0.utf8) + [0] })
    #expect(ShellText.word("plain-word_1.2/3:4=5,6+7@8%9") == "plain-word_1.2/3:4=5,6+7@8%9")
  }

  @Test("a format for printf(1) writes any bytes")
  func format() throws {
    let bytes = Array(UInt8.min...UInt8.max) + Array("%d \\n 'x' 123".utf8) + [0, 0x31, 0]
    #expect(try shell("printf " + ShellText.printfFormat(bytes)) == bytes)
  }

  @Test("in a file of variables comments and empty lines are ignored, and values are taken as they are")
  func environmentFile() throws {
    let scratch = Scratch("vm-test")
    try scratch.write("A=1\n# no\n\n  B= x y \r\nC=\"q\"\nHOST\n\tD=#4", to: "file")
    #expect(try EnvironmentFile.variables(path: scratch.url("file")) == ["A=1", "B= x y ", "C=\"q\"", "HOST", "D=#4"])
  }

  @Test("JSON is read back as it was meant")
  func json() throws {
    let text = "\u{0}\u{1F}\u{7F}\"\\/ü𝄞\n"
    let value = JSONText.object([("a", .strings([text])), ("b", .integer(-1)), ("c", .bool(true)), ("d", .array([]))])
    for written in [value.text, value.indented()] {
      let root = try JSONDocument(Array(written.utf8)).root
      #expect(root.member("a")?.texts == [text])
      #expect(root.member("b")?.integer == -1)
      #expect(root.member("c")?.kind == .true)
    }
    #expect(value.text == #"{"a":["\u0000\u001f\u007f\"\\/ü𝄞\u000a"],"b":-1,"c":true,"d":[]}"#)
    #expect(
      JSONText.object([("a", .strings(["x", "y"])), ("b", .object([])), ("c", .object([("d", .integer(1))]))])
        .indented() == """
          {
            "a": [
              "x",
              "y"
            ],
            "b": {},
            "c": {
              "d": 1
            }
          }
          """)
  }

  @Test("foreign text can neither move the cursor nor turn the order of letters around")
  func harmless() {
    #expect(
      TerminalText.harmless("a\u{1B}[31m\u{202E}b\u{2066}c\u{85}d\u{2028}e\nü\u{200D}") == "a [31m b c d e ü\u{200D}")
    #expect(quoted("\u{202E}x\u{2069}\u{200F}\u{2028}…\u{E2}") == "\"\\u202ex\\u2069\\u200f\u{2028}…\u{E2}\"")
  }
}
