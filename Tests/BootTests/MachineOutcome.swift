import TestSupport

/// What a test sees of one VM: how actrl ended, and what it wrote down.
struct MachineOutcome {
  var code: Int32
  var stdout: String
  var stderr: String
  /// The lines of `events.jsonl`.
  var events: [String]
  var kernelLog: String

  /// What arrow-init and the task say.
  var console: String { stdout }

  /// `events` is the text of `events.jsonl`.
  init(_ outcome: Outcome, events: String, kernelLog: String = "") {
    code = outcome.code
    stdout = outcome.stdout
    stderr = outcome.stderr
    self.events = events.split(separator: "\n").map(String.init)
    self.kernelLog = kernelLog
  }

  /// What no boot log may hold unless a test asks for it.
  static let disasters = ["Kernel panic", "Oops", "BUG:", "ttempted to kill init"]
}
