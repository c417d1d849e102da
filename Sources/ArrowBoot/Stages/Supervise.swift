import ArrowSpec

/// Supervises the task: waits for its end, and for the pause before a restart.
enum Supervise {
  /// To be called before the task starts, so that nothing is missed.
  static func watch(_ arrow: PreparedArrow, _ linux: some Linux) throws(BootError) -> Watch {
    try must("watch signals and channels", Watch(arrow, linux))
  }

  /// How the task ended, once everything that it started has ended too. `nil` where it is to be started again now.
  static func untilTheEnd(
    of pid: Int32, _ watch: inout Watch, _ restart: inout RestartPolicy, _ log: Log, _ linux: some Linux
  ) throws(BootError) -> TaskEnd? {
    let start = linux.now()
    let end = try must("supervise the task", watch.untilAllEnd(pid, linux))
    guard !watch.isFinal, let pause = restart.pause(after: end, ran: linux.now() - start) else { return end }
    log.info("the task ended with \(end.code); restarting in \(pause) ms", linux)
    try must("wait for the restart", watch.pause(for: pause, linux))
    guard watch.isFinal else { return nil }
    var stopped = end
    stopped.reason = .stopped
    return stopped
  }
}
