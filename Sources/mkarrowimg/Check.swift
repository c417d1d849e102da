import ArgumentParser
import ArrowHost
import ArrowImage

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check specs: every key, value and seccomp rule.",
    discussion: """
      SPEC is an arrow_spec.json or the folder of an arrow. All of them are checked. Each error is shown \
      with its line and column, and the exit code is then 1. Whether the pieces have the binary and the \
      command is checked by build.

        mkarrowimg check image/pieces/meta/python-web
      """)

  @Argument(help: "Files or folders.")
  var spec: [String]

  func validate() throws { for path in spec { try refuseEmpty(("SPEC", path)) } }

  func run() throws {
    var isWrong = false
    for path in spec {
      let findings = SpecCheck.findings(inSpecAt: path)
      show(findings)
      let isRight = findings.allSatisfy(\.isWarning)
      if isRight { try answer("\(path): ok") }
      isWrong = isWrong || !isRight
    }
    if isWrong { throw InputIsWrong() }
  }
}
