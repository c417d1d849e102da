import Testing

@testable import ArrowSpec

@Suite("JSON is read within bounds")
struct JSONLimitTests {
  private func failure(_ source: [UInt8]) throws -> (message: String, offset: Int?) {
    let error = try #require(throws: SpecError.self) { try JSONDocument(source) }
    return (error.message, error.offset)
  }

  @Test("a hundred thousand brackets end at the thirty-third", arguments: ["[", "{\"a\":", "[{\"a\":"])
  func brackets(_ opening: String) throws {
    let error = try failure(Array(String(repeating: opening, count: 100_000 / opening.utf8.count).utf8))
    #expect(error.message == "nested deeper than 32 levels")
    #expect(try #require(error.offset) <= 32 * opening.utf8.count)
  }

  @Test("thirty-two levels are read")
  func deepest() throws {
    _ = try JSONDocument(Array((String(repeating: "[", count: 32) + String(repeating: "]", count: 32)).utf8))
  }

  @Test("a text of the largest size is read; one byte more is refused, and so are a hundred megabytes")
  func size() throws {
    let largest = [0x22] + [UInt8](repeating: 0x61, count: 262_142) + [0x22]
    #expect(largest.count == JSONDocument.maximumSize)
    _ = try JSONDocument(largest)
    for count in [JSONDocument.maximumSize + 1, 100_000_000] {
      let error = try failure([UInt8](repeating: 0x20, count: count))
      #expect(error.message == "the file is larger than 262144 bytes")
      #expect(error.offset == 0)
    }
  }

  @Test("as many values as fit are read: their number is bounded by the size")
  func values() throws {
    let text = "[" + String(repeating: "0,", count: 131_070) + "0]"
    let document = try JSONDocument(Array(text.utf8))
    #expect(document.root.children.reduce(0) { count, _ in count + 1 } == 131_071)
  }

  @Test("an object has at most 1024 members; no two names are alike, however many there are")
  func members() throws {
    func object(_ count: Int) -> [UInt8] {
      Array(("{" + (0..<count).map { "\"\($0)\":0" }.joined(separator: ",") + "}").utf8)
    }
    _ = try JSONDocument(object(1024))
    #expect(try failure(object(1025)).message == "an object with more than 1024 members")
  }

  @Test("a million ports are refused before they are looked at, and as many as fit are counted to 64")
  func ports() throws {
    let million = spec("\"ports\": [" + (0..<1_000_000).map { "{\"port\":\($0)}" }.joined(separator: ",") + "]")
    #expect(try failure(Array(million.utf8)).message == "the file is larger than 262144 bytes")
    let many = spec("\"ports\": [" + (1...10_000).map { "{\"port\":\($0)}" }.joined(separator: ",") + "]")
    let error = try #require(throws: SpecError.self) { try read(many) }
    #expect(error.message == "a list with more than 64 elements")
  }

  @Test("numbers are whole, in range and written plainly")
  func numbers() throws {
    func value(_ text: String) throws -> JSONValue { try JSONDocument(Array(text.utf8)).root }
    #expect(try value("9223372036854775807").integer == .max)
    #expect(try value("-9223372036854775808").integer == .min)
    #expect(try value("-0").integer == 0)
    for text in ["9223372036854775808", "-9223372036854775809", "18446744073709551616", "1e400", "1e3", "1.0", "\"1\""]
    {
      #expect(try value(text).integer == nil)
    }
    #expect(try value("18446744073709551615").unsignedInteger == .max)
    for text in ["18446744073709551616", "-1", "1e3", "1.0", "null"] {
      #expect(try value(text).unsignedInteger == nil)
    }
  }

  @Test("a value knows its place, its kind and its children")
  func tree() throws {
    let text = "{\n  \"a\": [1, {\"b\": null}],\n  \"c\": true\n}"
    let source = Array(text.utf8)
    let root = try JSONDocument(source).root
    let list = try #require(root.member("a"))
    #expect(list.kind == .array)
    #expect(TextPosition(of: list.offset, in: source).line == 2)
    #expect(list.children.map { $0.kind } == [.number, .object])
    #expect(root.member("c")?.kind == .true)
    #expect(root.member("b") == nil)
    #expect(list.member("a") == nil)
    #expect(list.stringBytes == [])
  }

  @Test("lines and columns count from 1, columns in characters")
  func positions() {
    let source = Array("é🏹x\n\r\ny".utf8)
    let expected: [(offset: Int, line: Int, column: Int)] = [
      (0, 1, 1), (2, 1, 2), (6, 1, 3), (7, 1, 4), (8, 2, 1), (9, 2, 2), (10, 3, 1), (11, 3, 2), (99, 3, 2),
    ]
    for (offset, line, column) in expected {
      let position = TextPosition(of: offset, in: source)
      #expect(position.line == line && position.column == column, "at \(offset)")
    }
  }
}
