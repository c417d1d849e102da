import TestSupport

/// What a test sees of one VM: how actrl ended, and what it wrote down.
struct MachineOutcome {
  var code: Int32
  var stdout: String
  var stderr: String
  /// The lines of `events.jsonl`.
  var events: [String]
  var kernelLog: String

  /// What arrow-init says: what the serial port has beside the kernel's own lines, which begin with the time.
  var console: String {
    kernelLog.unicodeScalars.split(separator: "\n").filter { $0.first != "[" }.map { "\(String($0))\n" }.joined()
  }

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
