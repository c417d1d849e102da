import ArrowHost
import ArrowSpec

/// One thing that is wrong with the input, and where.
public struct Finding: Equatable, Sendable {
  /// `FILE:LINE:COL`, or `nil` where no line of a file is to blame.
  public var place: String?
  public var message: String
  public var hint: String?

  init(_ message: String, place: String? = nil, hint: String? = nil) {
    self.place = place
    self.message = message
    self.hint = hint
  }

  init(_ error: SpecError, in file: SourceFile) {
    self.init(error.message, place: file.place(of: error.offset), hint: error.hint)
  }

  /// As compilers print it: the place, or else the program's name, then the message; the hint on a second line.
  public func rendered(program: String) -> String {
    "\(place ?? program): error: \(message)" + (hint.map { "\n  hint: \($0)" } ?? "")
  }
}

/// Everything that is wrong with the input, so that one run shows all there is to mend.
public struct InputErrors: Error {
  public var findings: [Finding]

  /// What is shown at once; the rest is counted.
  public static let maximumShown = 50

  static func throwIfAny(_ findings: [Finding]) throws(InputErrors) {
    if !findings.isEmpty { throw InputErrors(findings: findings) }
  }
}

/// A file of the input with its text: what a place is counted in.
struct SourceFile {
  var path: String
  var text: [UInt8]

  /// Reads `path`; one byte above the parser's limit is enough for it to see that a file is too large.
  init(_ path: String) throws(HostError) {
    self.path = path
    text = try Files.contents(of: path, atMost: JSONDocument.maximumSize + 1)
  }

  func place(of offset: Int?) -> String {
    guard let offset else { return path }
    let position = TextPosition(of: offset, in: text)
    return "\(path):\(position.line):\(position.column)"
  }
}
