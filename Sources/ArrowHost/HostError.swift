import ArrowSpec

/// An error of the host's tools: what was tried on what, and what the system said. The hint says what to do about it.
public struct HostError: Error, CustomStringConvertible {
  /// Whose fault it is; the tools turn it into an exit code.
  public enum Kind: Sendable {
    /// What the user gave is wrong: a spec, a pieces folder.
    case input
    /// The command line, or the machine: a missing program, a full disk, a port in use.
    case environment
  }

  public var message: String
  public var hint: String?
  public var kind: Kind
  /// `FILE:LINE:COL`, where a line of a file is to blame.
  public var place: String?

  public init(_ message: String, hint: String? = nil, kind: Kind = .environment, place: String? = nil) {
    self.place = place
    self.message = message
    self.hint = hint
    self.kind = kind
  }

  /// The two lines as they are printed behind `PROGRAM: error: `.
  public var description: String { withHint(message, hint) }

  /// As compilers print it: the place, or else the program's name, then the message; the hint on a second line.
  public func rendered(program: String) -> String { "\(place ?? program): error: \(self)" }
}
