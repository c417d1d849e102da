import ArrowHost
import ArrowSpec

/// Docker's `-m`: a number with b, k, m or g behind it, in whole MiB.
public enum MemorySize {
  /// As much as QEMU's processor can address. How little is enough to boot says `MemoryNeed`.
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
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      throw HostError("\(quoted(text)) is not a memory size", hint: "a number and b, k, m or g, as in -m 64m")
    }
    let (bytes, overflow) = (Int(digits) ?? .max).multipliedReportingOverflow(by: unit)
    guard !overflow, bytes >> 20 <= maximumMiB else {
      throw HostError("\(text) of memory is more than a VM can have", hint: "at most \(maximumMiB >> 10)g")
    }
    guard bytes >= 1 << 20 else {
      throw HostError("\(text) of memory is less than 1 MiB", hint: "the unit is a letter, as in -m 64m")
    }
    return bytes >> 20
  }
}
