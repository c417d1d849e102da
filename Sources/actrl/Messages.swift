import ArgumentParser
import ArrowHost
import ArrowSpec
import ArrowVM
import Glibc

/// The end of a command with a code of its own, and nothing more to say.
struct EndsWith: Error {
  var code: Int32
}

extension Actrl {
  /// Shows the error and ends the program, with docker's codes.
  static func end(with error: any Error) -> Never {
    switch error {
    case let end as EndsWith: Glibc.exit(end.code)
    case let interrupted as Interrupted: Glibc.exit(ArrowSpec.ExitCode.signaled(interrupted.signal))
    case let error as NoSuchArrow:
      say("actrl: error: \(error.error)")
      Glibc.exit(ArrowSpec.ExitCode.notFound)
    case let error as HostError:
      say("actrl: error: \(error)")
      Glibc.exit(ArrowSpec.ExitCode.failure)
    default: end(withParsersWord: error, code: ArrowSpec.ExitCode.failure)
    }
  }
}
