import ArrowSpec
import Testing

/// RFC 8259, in the way of the public conformance suites: what every parser must accept, what it must refuse, and what
/// is left to it.
@Suite("JSON's grammar")
struct JSONGrammarTests {
  private static let accepted: [String] = [
    // Any value may stand alone.
    "{}", "[]", "0", "-1", "\"\"", "\"a\"", "true", "false", "null", " \t\r\n[]\n\r\t ",
    // Numbers.
    "-0", "10", "1.5", "0.0", "-0.1", "1e5", "1E5", "1e+5", "1e-5", "1.25e12", "0e0", "-0e-0", "[123e65]",
    "123456789012345678901234567890", "0.00000000000000000000000000000000000000000000000000000000000000000001",
    // Strings.
    #""\"\\\/\b\f\n\r\t""#, #""\u0041""#, #""\u00e9\u00E9""#, #""\ud83c\udff9""#, #""\uD834\uDd1e""#, #""\u0000""#,
    #""\u2028\u2029\uFEFF\uFFFE\uFFFF""#, #""\udbff\udfff""#, "\"é日本🏹\u{7F}\u{80}\u{2028}\u{FFFF}\u{10FFFF}\"",
    #""/* no comment */""#, #""{[""#,
    // Arrays and objects.
    "[1,2]", "[ ]", "[[],[[]]]", "[null]", #"{"a":1}"#, #"{ }"#, #"{"":0}"#, #"{"a":{"b":[{}]},"c":[]}"#,
    "[1\n,\t2\r]", #"{"a" : 1 , "A" : 2}"#, #"{"\u0000":0}"#, "[1,null,true,\"x\",{}]",
  ]

  @Test("what the grammar allows is read", arguments: accepted)
  func accepts(_ text: String) throws {
    _ = try JSONDocument(Array(text.utf8))
  }

  private static let refused: [(text: String, place: String, message: String)] = [
    // Structure.
    ("", "1:1", "the file ends where a value should be"), (" ", "1:2", "the file ends where a value should be"),
    ("[", "1:2", "the file ends where a value should be"), ("]", "1:1", "']' where a value should be"),
    ("[1", "1:3", "the file ends where ',' or ']' should be"), ("[1,", "1:4", "the file ends where a value should be"),
    ("[1,]", "1:4", "']' where a value should be"), ("[,1]", "1:2", "',' where a value should be"),
    ("[1,,2]", "1:4", "',' where a value should be"), ("[1 2]", "1:4", "'2' where ',' or ']' should be"),
    ("[1:2]", "1:3", "':' where ',' or ']' should be"), ("[}", "1:2", "'}' where a value should be"),
    ("[1}", "1:3", "'}' where ',' or ']' should be"), ("[]]", "1:3", "']' where the end of the file should be"),
    ("[] x", "1:4", "'x' where the end of the file should be"),
    ("1 2", "1:3", "'2' where the end of the file should be"),
    ("{", "1:2", "the file ends where a key in double quotes should be"),
    ("{1:2}", "1:2", "'1' where a key in double quotes should be"),
    ("{a:2}", "1:2", "'a' where a key in double quotes should be"),
    ("{null:2}", "1:2", "'n' where a key in double quotes should be"),
    ("{'a':2}", "1:2", "''' where a key in double quotes should be"),
    (#"{"a"}"#, "1:5", "'}' where ':' after the key should be"),
    (#"{"a" 1}"#, "1:6", "'1' where ':' after the key should be"),
    (#"{"a":}"#, "1:6", "'}' where a value should be"), (#"{"a"::1}"#, "1:6", "':' where a value should be"),
    (#"{"a":1,}"#, "1:8", "'}' where a key in double quotes should be"),
    (#"{,"a":1}"#, "1:2", "',' where a key in double quotes should be"),
    (#"{"a":1 "b":2}"#, "1:8", "'\"' where ',' or '}' should be"),
    (#"{"a":1]"#, "1:7", "']' where ',' or '}' should be"),
    (#"{"a":1"#, "1:7", "the file ends where ',' or '}' should be"),
    (#"{"a":1,"a":2}"#, "1:8", "duplicate key \"a\""), (#"{"a":1,"\u0061":2}"#, "1:8", "duplicate key \"a\""),
    (#"{"\u0061":{"a":[]},"a":2}"#, "1:20", "duplicate key \"a\""),
    // Words.
    ("nul", "1:4", "the file ends where a value should be"),
    ("nulll", "1:5", "'l' where the end of the file should be"),
    ("True", "1:1", "'T' where a value should be"), ("tru3", "1:4", "'3' where a value should be"),
    ("NaN", "1:1", "'N' where a value should be"), ("Infinity", "1:1", "'I' where a value should be"),
    ("-Infinity", "1:2", "'I' where a digit should be"), ("undefined", "1:1", "'u' where a value should be"),
    // Numbers.
    ("-", "1:2", "the file ends where a digit should be"), ("+1", "1:1", "'+' where a value should be"),
    ("--1", "1:2", "'-' where a digit should be"), ("01", "1:2", "'1' where the end of the file should be"),
    ("-01", "1:3", "'1' where the end of the file should be"), (".5", "1:1", "'.' where a value should be"),
    ("1.", "1:3", "the file ends where a digit should be"), ("-.5", "1:2", "'.' where a digit should be"),
    ("1.e5", "1:3", "'e' where a digit should be"), ("1e", "1:3", "the file ends where a digit should be"),
    ("1e+", "1:4", "the file ends where a digit should be"), ("1e+-5", "1:4", "'-' where a digit should be"),
    ("1e5.5", "1:4", "'.' where the end of the file should be"),
    ("1_000", "1:2", "'_' where the end of the file should be"),
    ("0x10", "1:2", "'x' where the end of the file should be"), ("１", "1:1", "byte 239 where a value should be"),
    // Strings.
    ("\"", "1:1", "the string is not closed"), ("\"a", "1:1", "the string is not closed"),
    ("'a'", "1:1", "''' where a value should be"),
    ("\"\\", "1:3", "the file ends where an escape should be"), ("\"\\\"", "1:1", "the string is not closed"),
    (#""\a""#, "1:2", "an unknown escape in a string"), (#""\'""#, "1:2", "an unknown escape in a string"),
    (#""\U0041""#, "1:2", "an unknown escape in a string"), (#""\é""#, "1:2", "an unknown escape in a string"),
    (#""\u""#, "1:4", "'\"' where four hexadecimal digits should be"),
    (#""\u00""#, "1:6", "'\"' where four hexadecimal digits should be"),
    (#""\u00G0""#, "1:6", "'G' where four hexadecimal digits should be"),
    ("\"\\u00", "1:6", "the file ends where four hexadecimal digits should be"),
    ("\"a\tb\"", "1:3", "a control character in a string"), ("\"a\nb\"", "1:3", "a control character in a string"),
    ("\"a\u{0}b\"", "1:3", "a control character in a string"), ("\"\u{1F}\"", "1:2", "a control character in a string"),
    (#""\ud83c""#, "1:2", "a lone surrogate in a string"), (#""\udff9""#, "1:2", "a lone surrogate in a string"),
    (#""\udff9\ud83c""#, "1:2", "a lone surrogate in a string"),
    (#""\ud83c\ud83c""#, "1:2", "a lone surrogate in a string"),
    (#""\ud83cx""#, "1:2", "a lone surrogate in a string"), (#""\ud83c\n""#, "1:2", "a lone surrogate in a string"),
    // White space and comments.
    ("\u{FEFF}{}", "1:1", "the file begins with a byte-order mark"),
    ("\u{A0}{}", "1:1", "byte 194 where a value should be"),
    ("\u{C}{}", "1:1", "byte 12 where a value should be"),
    ("{}\u{0}", "1:3", "byte 0 where the end of the file should be"),
    ("{}//", "1:3", "'/' where the end of the file should be"), ("/**/{}", "1:1", "'/' where a value should be"),
    ("{}#", "1:3", "'#' where the end of the file should be"),
  ]

  @Test("everything else is refused, where it stands", arguments: refused)
  func refuses(_ text: String, _ place: String, _ message: String) throws {
    let source = Array(text.utf8)
    let error = try #require(throws: SpecError.self) { try JSONDocument(source) }
    #expect(error.message == message)
    let position = TextPosition(of: try #require(error.offset), in: source)
    #expect("\(position.line):\(position.column)" == place)
  }

  /// Inside a string, at byte 1: cut, overlong, surrogates, beyond U+10FFFF, never a beginning.
  private static let malformed: [[UInt8]] = [
    [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
    [0xE2, 0x82],
    [0xE2, 0x28, 0xA1], [0xE2, 0x82, 0x28], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
    [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x8F], [0xF0, 0x9F, 0x8F, 0x28], [0xF0, 0x9F, 0x28, 0xB9],
    [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF],
  ]

  @Test("malformed UTF-8 is refused, also where the file ends in it", arguments: malformed)
  func malformedUTF8(_ bytes: [UInt8]) throws {
    for source in [[0x22] + bytes + [0x22], [0x22] + bytes] {
      let error = try #require(throws: SpecError.self) { try JSONDocument(source) }
      #expect(error.message == "a string that is not valid UTF-8")
      #expect(error.offset == 1)
    }
  }

  @Test("every scalar value is read back as it was written, and as its escapes")
  func everyScalar() throws {
    for value in stride(from: UInt32(0x20), through: 0x10FFFF, by: 0x1F) {
      guard let scalar = Unicode.Scalar(value), scalar != "\"", scalar != "\\" else { continue }
      let utf8 = Array(String(Character(scalar)).utf8)
      #expect(try JSONDocument([0x22] + utf8 + [0x22]).root.stringBytes == utf8)
      let escapes = String(Character(scalar)).utf16.map { unit in
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
      #expect(try JSONDocument(Array("\"\(escapes.joined())\"".utf8)).root.stringBytes == utf8)
    }
  }

  @Test("escapes are resolved")
  func escapes() throws {
    let text = #""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83c\udff9\u0000""#
    let bytes = try JSONDocument(Array(text.utf8)).root.stringBytes
    #expect(bytes == Array("\"\\/\u{8}\u{C}\n\r\tAé€🏹\u{0}".utf8))
  }

  @Test("UTF-16 and UTF-32 are refused at their first byte")
  func otherEncodings() throws {
    let sources: [[UInt8]] = [
      [0xFF, 0xFE, 0x7B, 0], [0xFE, 0xFF, 0, 0x7B], [0x7B, 0, 0x7D, 0], [0, 0x7B, 0, 0x7D], [0, 0, 0, 0x7B],
    ]
    for source in sources {
      let error = try #require(throws: SpecError.self) { try JSONDocument(source) }
      #expect(try #require(error.offset) <= 1)
    }
  }
}
