/// A pipe between PID 1 and the task.
public struct TaskPipe {
  /// PID 1's end.
  public var ours: Int32
  /// The task's end. PID 1 closes it once the task has it.
  public var task: Int32

  public init(ours: Int32, task: Int32) {
    self.ours = ours
    self.task = task
  }
}
