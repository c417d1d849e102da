import ArgumentParser
import ArrowHost
import ArrowSpec
import ArrowVM

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check whether this machine has what actrl needs.",
    discussion: """
      The exit code is 125 when something is missing that every VM needs.

        actrl doctor
      """)

  @Option(help: ArgumentHelp("The image folder; else $ARROW_IMAGE, ./out, the installed one.", valueName: "folder"))
  var image: String?

  func validate() throws { try refuseEmpty(("--image", image)) }

  func run() throws {
    let findings = Examination(of: Host.current(), image: image).findings
    for finding in findings {
      try answer("\(finding.verdict.rawValue.padded(to: 7))  \(TerminalText.harmless(finding.text))")
      if let hint = finding.hint { try answer("           hint: \(TerminalText.harmless(hint))") }
    }
    if findings.contains(where: { $0.verdict == .error }) { throw EndsWith(code: ArrowSpec.ExitCode.failure) }
  }
}
