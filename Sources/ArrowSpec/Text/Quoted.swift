/// The text in double quotes as a message may show it: on one line, harmless to a terminal, and not too long.
public func quoted(_ text: String) -> String {
  var result: [UInt8] = [UInt8(ascii: "\"")]
  var rest = text.utf8[...]
  while let byte = rest.popFirst() {
    // At a place where a character begins, so that none is cut.
    if result.count > 100, byte & 0xC0 != 0x80 {
      result += Array("…".utf8)
      break
    }
    switch byte {
    case 0..<0x20, 0x7F: result += Array("\\u00\(hexText(byte))".utf8)
    // U+0080 to U+009F are control characters as well.
    case 0xC2 where (rest.first ?? 0) < 0xA0:
      if let second = rest.popFirst() { result += Array("\\u00\(hexText(second))".utf8) }
    default: result.append(byte)
    }
  }
  return String(decoding: result + [UInt8(ascii: "\"")], as: UTF8.self)
}
