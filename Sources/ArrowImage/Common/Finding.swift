import ArrowSpec

/// One thing that is wrong with the input, or likely to be, and where.
public struct Finding: Equatable, Sendable {
  /// `FILE:LINE:COL`, or `nil` where no line of a file is to blame.
  public var place: String?
  public var message: String
  public var hint: String?
  /// It is right as it is written, and hardly what was meant.
  public var isWarning = false

  init(_ message: String, place: String? = nil, hint: String? = nil) {
    self.place = place
    self.message = message
    self.hint = hint
  }

  /// As compilers print it: the place, or else the program's name, then the message; the hint on a second line.
  public func rendered(program: String) -> String {
    withHint("\(place ?? program): \(isWarning ? "warning" : "error"): \(message)", hint)
  }
}

/// Everything that is wrong with the input, so that one run shows all there is to mend.
public struct InputErrors: Error {
  public var findings: [Finding]

  /// How many are shown; the rest is counted.
  public static let maximumShown = 50

  static func throwIfAny(_ findings: [Finding]) throws(InputErrors) {
    if !findings.isEmpty { throw InputErrors(findings: findings) }
  }
}
