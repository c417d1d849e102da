import ArrowHost
import ArrowSpec

/// How much of its task's stdout, and as much of its stderr, an instance keeps: docker's sizes, or `none` for no bound.
public enum LogSize {
  public static let usual = 64 << 20
  /// Below, a bound would take away what was just written. In bytes.
  static let minimum = 256 << 10

  /// In bytes; 0 for no bound.
  public static func bytes(_ text: String) throws -> Int {
    if text == "none" { return 0 }
    guard let bytes = ByteSize.bytes(text) else {
      throw HostError("\(quoted(text)) is not a log's size", hint: "a number and k, m or g, as in 10m; or none")
    }
    guard (minimum...(1 << 50)).contains(bytes) else {
      throw HostError(
        "a log can't be bounded to \(text)", hint: "from \(minimum >> 10)k to \((1 << 50) >> 30)g; none: no bound")
    }
    return bytes
  }

  /// As it could have been given: `64m`.
  static func text(_ bytes: Int) -> String { bytes >> 20 > 0 ? "\(bytes >> 20)m" : "\(bytes >> 10)k" }
}
