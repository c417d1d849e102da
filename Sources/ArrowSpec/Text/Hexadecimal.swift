/// The value of a hexadecimal digit, in either case.
func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
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
