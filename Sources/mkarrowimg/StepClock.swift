import ArrowHost
import ArrowImage
import Glibc

/// Shows each step with the time it began, on a terminal or with `--verbose`.
struct StepClock {
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private let saysSteps: Bool

  init(verbose: Bool) {
    start = clock.now
    saysSteps = verbose || isatty(2) == 1
  }

  var log: BuildLog {
    BuildLog(
      warn: { say("mkarrowimg: warning: \($0)") }, note: { say("mkarrowimg: note: \($0)") },
      finding: { show([$0]) },
      step: { if saysSteps { say("[\(seconds) s] \($0)") } })
  }

  /// Since the beginning: `1.4`.
  var seconds: String {
    let tenths = Int((clock.now - start) / .milliseconds(100))
    return "\(tenths / 10).\(tenths % 10)"
  }
}
