import ArgumentParser
import ArrowHost
import ArrowSpec
import ArrowVM
import Glibc

/// Ends a command with this exit code and without a message.
struct EndsWith: Error {
  var code: Int32
}

extension Actrl {
  /// Prints the error and ends the program with the exit codes that docker has.
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
