import ArgumentParser
import ArrowHost
import ArrowImage
import Glibc

// What goes to stderr, and which exit code goes with it.

/// The input's errors were shown already.
struct InputIsWrong: Error {}

extension Mkarrowimg {
  /// Shows the error and ends the program: 1 when the input is wrong, 2 for everything else. Help is no error.
  static func end(with error: any Error) -> Never {
    switch error {
    case is InputIsWrong: Glibc.exit(1)
    case let errors as InputErrors:
      show(errors.findings)
      Glibc.exit(1)
    case let error as HostError:
      say("mkarrowimg: error: \(error)")
      Glibc.exit(error.kind == .input ? 1 : 2)
    default: end(withParsersWord: error, code: 2)
    }
  }

  static func show(_ findings: [Finding]) {
    for finding in findings.prefix(InputErrors.maximumShown) { say(finding.rendered(program: "mkarrowimg")) }
    if findings.count > InputErrors.maximumShown {
      say("mkarrowimg: error: and \(findings.count - InputErrors.maximumShown) more")
    }
  }
}
