/// The inside of a string that the parser has accepted, its escapes resolved.
func unescapedJSON(_ raw: ArraySlice<UInt8>) -> [UInt8] {
  guard raw.contains(UInt8(ascii: "\\")) else { return Array(raw) }
  var result: [UInt8] = []
  var rest = raw
  while let byte = rest.popFirst() {
    guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
      result.append(byte)
      continue
    }
    switch escape {
    case UInt8(ascii: "b"): result.append(UInt8(ascii: "\u{8}"))
    case UInt8(ascii: "f"): result.append(UInt8(ascii: "\u{C}"))
    case UInt8(ascii: "n"): result.append(UInt8(ascii: "\n"))
    case UInt8(ascii: "r"): result.append(UInt8(ascii: "\r"))
    case UInt8(ascii: "t"): result.append(UInt8(ascii: "\t"))
    case UInt8(ascii: "u"):
      var scalar = takeHexUnit(&rest)
      if (0xD800...0xDBFF).contains(scalar) {
        rest = rest.dropFirst(2)
        scalar = 0x10000 + (scalar - 0xD800) << 10 + (takeHexUnit(&rest) - 0xDC00)
      }
      appendUTF8(scalar, to: &result)
    default: result.append(escape)
    }
  }
  return result
}

private func takeHexUnit(_ rest: inout ArraySlice<UInt8>) -> UInt32 {
  let unit = rest.prefix(4).reduce(UInt32(0)) { $0 << 4 | UInt32(hexDigit($1) ?? 0) }
  rest = rest.dropFirst(4)
  return unit
}

private func appendUTF8(_ scalar: UInt32, to bytes: inout [UInt8]) {
  switch scalar {
  case 0..<0x80: bytes.append(UInt8(scalar))
  case 0..<0x800: bytes += [UInt8(0xC0 | scalar >> 6), UInt8(0x80 | scalar & 0x3F)]
  case 0..<0x10000:
    bytes += [UInt8(0xE0 | scalar >> 12), UInt8(0x80 | scalar >> 6 & 0x3F), UInt8(0x80 | scalar & 0x3F)]
  default:
    bytes += [
      UInt8(0xF0 | scalar >> 18), UInt8(0x80 | scalar >> 12 & 0x3F), UInt8(0x80 | scalar >> 6 & 0x3F),
      UInt8(0x80 | scalar & 0x3F),
    ]
  }
}
