import ArrowSpec

/// How the task ended.
struct TaskEnd: Equatable {
  var code: Int32
  var signal: Int32?
  var reason: GuestEvent.Reason
  /// What the task has written, where that went through pipes.
  var output: GuestEvent?
}
