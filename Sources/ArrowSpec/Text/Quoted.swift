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
    // U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069: they turn the order of what a person reads around.
    case 0xE2 where turnsOrder(rest.prefix(2)):
      let (second, third) = (rest.popFirst() ?? 0, rest.popFirst() ?? 0)
      result += Array("\\u20\(hexText(second << 6 | third & 0x3F))".utf8)
    default: result.append(byte)
    }
  }
  return String(decoding: result + [UInt8(ascii: "\"")], as: UTF8.self)
}

private func turnsOrder(_ rest: Substring.UTF8View) -> Bool {
  guard let second = rest.first, let third = rest.last else { return false }
  return switch (second, third) {
  case (0x80, 0x8E...0x8F), (0x80, 0xAA...0xAE), (0x81, 0xA6...0xA9): true
  default: false
  }
}
