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

  func run() throws {
    var isWrong = false
    for path in spec {
      let findings = SpecCheck.findings(inSpecAt: path)
      if findings.isEmpty { try answer("\(path): ok") } else { show(findings) }
      isWrong = isWrong || !findings.isEmpty
    }
    if isWrong { throw InputIsWrong() }
  }
}
