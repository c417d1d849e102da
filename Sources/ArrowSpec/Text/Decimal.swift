/// The number that plain digits write; `nil` for anything else, or when it has more than 18 digits.
public func decimal(_ digits: some Collection<UInt8>) -> Int? {
  guard !digits.isEmpty, digits.count <= 18 else { return nil }
  var value = 0
  for digit in digits {
    guard isASCIIDigit(digit) else { return nil }
    value = value * 10 + Int(digit - UInt8(ascii: "0"))
  }
  return value
}
