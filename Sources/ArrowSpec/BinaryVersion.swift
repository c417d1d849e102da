/// Versions of Arrow Binaries: `3.13.5`, compared by whole components (DESIGN.md 3.3).
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

  /// Numbers by value, anything else by its bytes; a longer version is newer than its own beginning.
  static func isOlder(_ a: String, _ b: String) -> Bool {
    components(a).lexicographicallyPrecedes(components(b)) { a, b in
      if let a = decimal(a), let b = decimal(b) { return a < b }
      return a.lexicographicallyPrecedes(b)
    }
  }

  private static func components(_ version: String) -> [Substring.UTF8View] {
    let utf8 = version.utf8.first == 0x76 ? version.utf8.dropFirst() : version.utf8[...]
    return utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
  }
}
