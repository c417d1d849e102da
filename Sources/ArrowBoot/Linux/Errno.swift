import ArrowSpec
import CLinux

/// An error of a system call.
public struct Errno: Error, Equatable {
  public let code: Int32
  public init(_ code: Int32) { self.code = code }

  public static let noEntry = Errno(2)
  public static let noChild = Errno(10)
  public static let again = Errno(11)
  public static let exists = Errno(17)
  public static let notFolder = Errno(20)
  public static let isFolder = Errno(21)
  public static let notTerminal = Errno(25)
  public static let brokenPipe = Errno(32)
  public static let noSpaceInBuffer = Errno(105)

  /// `EBUSY Device or resource busy`
  public var text: String { "\(ErrorName.name(of: code)) \(String(cString: cl_error_description(code)))" }
}

/// Makes the call. The situation that `reason` names causes the error `expected`, which is ignored.
func tolerating(
  _ expected: Errno, because reason: StaticString, _ call: @autoclosure () throws(Errno) -> Void
) throws(Errno) {
  do {
    try call()
  } catch {
    if error != expected { throw error }
  }
}
