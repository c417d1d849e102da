/// What `mkarrowimg add` has made.
public struct AddSummary: Sendable {
  public var folder: String
  public var packages: Int
  /// `nil` where nothing is required.
  public var lock: String?
  public var isLockWritten: Bool
  /// The modules in C that were linked into a Python for them, and its name; `nil` where there are none.
  public var linked: (modules: [String], binary: String)?
  /// The Python that it runs on, and why that is not the static one; `nil` where the user decided.
  public var linkage: Linkage
  public var reason: String?
}
