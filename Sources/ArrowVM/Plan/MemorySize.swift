import ArrowHost
import ArrowSpec

/// Docker's `-m`: a number with b, k, m or g behind it, in whole MiB.
public enum MemorySize {
  /// With less the kernel does not even get to the message that there is too little memory.
  static let minimumMiB = 16
  static let maximumMiB = 1 << 20

  public static func mebibytes(_ text: String) throws -> Int {
    let units: [Character: Int] = ["b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30]
    var digits = Substring(text.lowercased())
    // Docker's plain number means bytes.
    var unit = 1
    if let last = digits.last, let factor = units[last] {
      unit = factor
      digits.removeLast()
    }
    guard let number = Int(digits), number > 0, digits.allSatisfy(\.isNumber),
      case (let bytes, let overflow) = number.multipliedReportingOverflow(by: unit), !overflow
    else {
      throw HostError("\(quoted(text)) is not a memory size", hint: "a number and b, k, m or g, as in -m 64m")
    }
    let mebibytes = bytes >> 20
    guard (minimumMiB...maximumMiB).contains(mebibytes) else {
      throw HostError("\(text) of memory is out of range", hint: "from \(minimumMiB)m to \(maximumMiB >> 10)g")
    }
    return mebibytes
  }
}
