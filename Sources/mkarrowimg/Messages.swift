import ArrowHost
import ArrowImage

// What goes to stderr.

/// The input's errors were shown already.
struct InputIsWrong: Error {}

func show(_ findings: [Finding]) {
  for finding in findings.prefix(InputErrors.maximumShown) { say(finding.rendered(program: "mkarrowimg")) }
  if findings.count > InputErrors.maximumShown {
    say("mkarrowimg: error: and \(findings.count - InputErrors.maximumShown) more")
  }
}
