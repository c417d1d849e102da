/// Sizes as people read them; 1 MB is a million bytes.
public enum ByteCount {
  public static func text(_ bytes: Int) -> String {
    switch bytes {
    case ..<1000: return "\(bytes) B"
    case ..<100_000: return "\(tenths(bytes, of: 1000)) kB"
    default: return "\(tenths(bytes, of: 1_000_000)) MB"
    }
  }

  private static func tenths(_ bytes: Int, of unit: Int) -> String {
    let tenths = (bytes * 10 + unit / 2) / unit
    return "\(tenths / 10).\(tenths % 10)"
  }
}
