import ArrowSpec

/// Text for a POSIX shell, which reads back what was meant.
enum ShellText {
  /// One word, in single quotes where it needs them.
  static func word(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { isASCIILetterOrDigit($0) || "_-./:=,+@%".utf8.contains($0) }
    if isPlain, !word.isEmpty { return word }
    return "'" + word.fields(separatedBy: "'").joined(separator: "'\\''") + "'"
  }

  /// A format for printf(1) that writes these bytes.
  static func printfFormat(_ bytes: some Sequence<UInt8>) -> String {
    var text = "'"
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "%"): text += "%%"
      case UInt8(ascii: " ")...UInt8(ascii: "~") where byte != UInt8(ascii: "'") && byte != UInt8(ascii: "\\"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 8)
        text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      }
    }
    return text + "'"
  }
}

extension String {
  /// The parts between the separators, by bytes: Swift's own `split` takes a separator with a combining mark behind it for
  /// another character.
  func fields(separatedBy separator: Unicode.Scalar) -> [String] {
    unicodeScalars.split(separator: separator, omittingEmptySubsequences: false).map { String($0) }
  }
}
