/// A size in docker's words: a number and b, k, m or g behind it. A plain number means bytes.
enum ByteSize {
  /// In bytes; what is beyond any size is `.max`. `nil` for what is no size.
  static func bytes(_ text: String) -> Int? {
    let units: [Character: Int] = ["b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30]
    var digits = Substring(text)
    var unit = 1
    // ASCII's small letters: Unicode has more signs that a K is the capital of.
    if let last = digits.last, last.isASCII, let factor = units[Character(last.lowercased())] {
      unit = factor
      digits.removeLast()
    }
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    let (bytes, overflow) = (Int(digits) ?? .max).multipliedReportingOverflow(by: unit)
    return overflow ? .max : bytes
  }
}
