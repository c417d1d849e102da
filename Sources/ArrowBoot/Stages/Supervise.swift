import ArrowSpec

/// How the task ended.
struct TaskEnd: Equatable {
  var code: Int32
  var signal: Int32?
  var reason: GuestEvent.Reason
}

/// From the task's start to its end, restarts included.
enum Supervise {
  /// The first pause before a restart, the longest, and how long a run lasts that starts the pauses anew; in ms, as
  /// docker has them.
  private static let firstPause: UInt64 = 100
  private static let longestPause: UInt64 = 60_000
  private static let goodRun: UInt64 = 10_000

  static func untilTheEnd(of arrow: PreparedArrow, _ linux: some Linux) -> TaskEnd {
    do {
      var watch = try must("watch signals and channels") { () throws(Errno) in try Watch(arrow, linux) }
      var pause = firstPause
      var restarts: UInt32 = 0
      while true {
        let start = linux.now()
        let pid = try StartTask.start(arrow, linux)
        if restarts == 0 {
          PowerOff.tell(.booted(arrow: arrow.task.arrow), arrow.channels, linux)
          try GiveUpPrivileges.giveUp(arrow, linux)
        }
        let end = try must("supervise the task") { () throws(Errno) in try watch.untilAllEnd(pid, linux) }
        let policy = arrow.task.spec.restart
        guard !watch.isStopping, end.reason != .failed, shallRestart(policy, after: end, restarts: restarts) else {
          return end
        }
        if linux.now() - start >= goodRun { pause = firstPause }
        arrow.log.info("the task ended with \(end.code); restarting in \(pause) ms", linux)
        try must("wait for the restart") { () throws(Errno) in try watch.pause(for: pause, linux) }
        if watch.isStopping { return TaskEnd(code: end.code, signal: end.signal, reason: .stopped) }
        pause = min(pause * 2, longestPause)
        restarts += 1
      }
    } catch {
      let told = VerifyPieces.explain(error, linux)
      PowerOff.tell(told, arrow.channels, linux)
      return TaskEnd(code: told.code, reason: .failed)
    }
  }

  static func shallRestart(_ policy: Spec.Restart, after end: TaskEnd, restarts: UInt32) -> Bool {
    switch policy {
    case .no: return false
    case .always: return true
    case .onFailure(let limit): return end.code != 0 && restarts < limit ?? .max
    }
  }
}
