import ArrowHost
import ArrowSpec

/// Docker's `-m`: a number with b, k, m or g behind it, in whole MiB.
public enum MemorySize {
  /// As much as QEMU's processor can address. How little is enough to boot says `MemoryNeed`.
  static let maximumMiB = 1 << 20

  public static func mebibytes(_ text: String) throws -> Int {
    guard let bytes = ByteSize.bytes(text) else {
      throw HostError("\(quoted(text)) is not a memory size", hint: "a number and b, k, m or g, as in -m 64m")
    }
    guard bytes >> 20 <= maximumMiB else {
      throw HostError("\(text) of memory is more than a VM can have", hint: "at most \(maximumMiB >> 10)g")
    }
    guard bytes >= 1 << 20 else {
      throw HostError("\(text) of memory is less than 1 MiB", hint: "the unit is a letter, as in -m 64m")
    }
    return bytes >> 20
  }
}
