/// What `mkarrowimg add` was asked for.
public struct AddRequest: Sendable {
  public var pieces: String
  /// A folder or a script.
  public var application: String
  /// `nil`: as the folder or the script is called.
  public var name: String?
  /// Where pip looks for packages besides an index, and whether it asks one.
  public var findLinks: [String] = []
  public var noIndex = false
  /// How the lock file is used.
  public var lockUse = LockUse.keep
  /// Which Python it runs on; `nil`: the static one where that is possible.
  public var linkage: Linkage?
  /// The folder with pip; `nil`: the one that came with this program.
  public var pip: String?

  public enum LockUse: Sendable {
    /// Install what it says. Requirements that it does not cover are resolved, and the versions of all others are kept.
    case keep
    /// Resolve everything anew.
    case renew
    /// Refuse a lock file that is missing or does not fit.
    case require
  }

  public init(pieces: String, application: String) {
    self.pieces = pieces
    self.application = application
  }
}
