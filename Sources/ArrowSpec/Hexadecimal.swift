/// The value of a hexadecimal digit, in either case.
func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 0x30...0x39: byte - 0x30
  case 0x41...0x46: byte - 0x41 + 10
  case 0x61...0x66: byte - 0x61 + 10
  default: nil
  }
}

/// The value of two hexadecimal digits.
public func hexByte(_ digits: [UInt8]) -> UInt8? {
  guard digits.count == 2, let high = hexDigit(digits[0]), let low = hexDigit(digits[1]) else { return nil }
  return high << 4 | low
}

/// Two hexadecimal digits, small letters.
public func hexText(_ byte: UInt8) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: [digits[Int(byte >> 4)], digits[Int(byte & 15)]], as: UTF8.self)
}
