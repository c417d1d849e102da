/// How a shot ends, in docker's numbers (docs/contracts.md, "Exit codes"). Below 125 it is the task's own code.
public enum ExitCode {
  /// The VM, arrow-init or a tool failed, not the task.
  public static let failure: Int32 = 125
  /// The command was found but can't be executed.
  public static let notExecutable: Int32 = 126
  /// There is no such arrow or command.
  public static let notFound: Int32 = 127

  /// The code of a task that signal `number` ended.
  public static func signaled(_ number: Int32) -> Int32 { 128 + number }
}
