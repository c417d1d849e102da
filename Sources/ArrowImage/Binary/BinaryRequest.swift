/// What `mkarrowimg binary add` was asked for.
public struct BinaryRequest: Sendable {
  public var pieces: String
  /// A static program, a folder with a `bin/`, or a tar archive of one.
  public var path: String
  public var name: String
  /// `nil`: what a Python says of itself.
  public var version: String?
  /// The seccomp profile; `nil`: the one of the binary, or of one that is like it.
  public var seccomp: String?

  public init(pieces: String, path: String, name: String, version: String? = nil, seccomp: String? = nil) {
    self.pieces = pieces
    self.path = path
    self.name = name
    self.version = version
    self.seccomp = seccomp
  }
}
