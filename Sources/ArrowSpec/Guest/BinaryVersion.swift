/// Versions of Arrow Binaries: `3.13.5`, compared by whole components.
public enum BinaryVersion {
  /// The folder among `folders` (`v3.13.5`, …) that a spec's `prefix` means: the newest one that begins with it.
  public static func best(for prefix: String, among folders: [String]) -> String? {
    var best: String?
    for folder in folders where matches(prefix, folder) {
      if let other = best, isOlder(folder, other) { continue }
      best = folder
    }
    return best
  }

  static func matches(_ prefix: String, _ folder: String) -> Bool {
    components(folder).starts(with: components(prefix)) { $0.elementsEqual($1) }
  }

  /// A longer version is newer than its own beginning. Where the versions are the same (`3.13` and `v3.13`), the bytes
  /// decide, so that guest and host choose alike.
  static func isOlder(_ a: String, _ b: String) -> Bool {
    let (first, second) = (components(a), components(b))
    if first.lexicographicallyPrecedes(second, by: isOlder) { return true }
    if second.lexicographicallyPrecedes(first, by: isOlder) { return false }
    return a.utf8.lexicographicallyPrecedes(b.utf8)
  }

  /// The number first, by value; then a number alone is newer than one with letters behind it: `0rc1` comes before `0`.
  private static func isOlder(_ a: Substring.UTF8View, _ b: Substring.UTF8View) -> Bool {
    let (first, second) = (a.prefix { isASCIIDigit($0) }, b.prefix { isASCIIDigit($0) })
    if let first = decimal(first), let second = decimal(second), first != second { return first < second }
    let (rest, otherRest) = (a.dropFirst(first.count), b.dropFirst(second.count))
    if rest.isEmpty || otherRest.isEmpty { return !rest.isEmpty }
    return rest.lexicographicallyPrecedes(otherRest)
  }

  private static func components(_ version: String) -> [Substring.UTF8View] {
    let utf8 = version.utf8.first == UInt8(ascii: "v") ? version.utf8.dropFirst() : version.utf8[...]
    return utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
  }
}
