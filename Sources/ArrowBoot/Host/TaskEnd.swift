import ArrowSpec

/// How the task ended.
struct TaskEnd: Equatable {
  var code: Int32
  var signal: Int32?
  var reason: GuestEvent.Reason
}
