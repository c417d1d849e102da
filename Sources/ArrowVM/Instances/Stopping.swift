import ArrowHost
import ArrowSpec
import Glibc

/// The end of an instance on demand.
extension Instance {
  /// The result of a stop.
  public enum StopResult: Equatable {
    /// The task ended in time, or had ended before.
    case stopped
    /// The task was killed, because it did not end in time.
    case killed
    /// The guest did not answer that either: its VM was killed.
    case destroyed
  }

  /// Time to power off on a busy host, beyond the time that the guest gives its task. In seconds.
  private static let margin = 10.0
  /// How long a VM that has not booted gets to hear of a stop, in seconds. The guest reads it only once the task runs;
  /// before that nothing is lost with the VM.
  private static let bootMargin = 10.0

  /// How long a stop may take before force is used, in seconds.
  var stopPatience: Double { Double(record.stopTimeout) + Self.margin }

  /// Asks, waits as long as the spec says (or `timeout` seconds), then uses force.
  public func stop(timeout: Int?) throws -> StopResult {
    guard let process else { return try stopElsewhere(.stop, timeout: timeout.map(Double.init) ?? stopPatience) }
    let watch = InstanceWatch(self, process: process)
    let patience = timeout.map(Double.init) ?? stopPatience
    if ask(.stop), waitForEnd(watch, patience) { return .stopped }
    return try killTask(process, watch)
  }

  /// Whether the process ended in time. What has not booted after ten seconds does not get the rest.
  private func waitForEnd(_ watch: InstanceWatch, _ patience: Double) -> Bool {
    if !events.isBooted {
      let bootPatience = min(patience, Self.bootMargin)
      let deadline = Deadline.after(seconds: bootPatience)
      while !events.isBooted {
        switch watch.next(before: deadline) {
        case .ended: return true
        case .timedOut: return false
        case .grown: if deadline.hasPassed, !events.isBooted { return false }
        }
      }
    }
    return watch.waitForEnd(before: .after(seconds: patience))
  }

  /// The same for a VM whose process gets no signal from us: its guest is asked, then QEMU.
  private func stopElsewhere(_ command: ControlCommand, timeout: Double) throws -> StopResult {
    guard runningProcess == 0 else { return .stopped }
    if ask(command), isGone(before: .after(seconds: events.isBooted ? timeout : min(timeout, Self.bootMargin))) {
      return command == .stop ? .stopped : .killed
    }
    guard hypervisor.quit(in: folder), isGone(before: .after(seconds: Self.margin)) else {
      throw HostError(
        "\(name) runs elsewhere and does not end", hint: "stop it where it was started: in its container, say")
    }
    recordKill()
    return .destroyed
  }

  /// Nothing tells of the end of a process that we can't see: its lock is looked at again and again.
  private func isGone(before deadline: Deadline) -> Bool {
    while runningProcess != nil {
      if deadline.hasPassed { return false }
      usleep(100_000)
    }
    return true
  }

  /// Docker's `kill`: the task gets SIGKILL.
  public func kill() throws -> StopResult {
    guard let process else { return try stopElsewhere(.signal(SIGKILL), timeout: Self.margin) }
    return try killTask(process, InstanceWatch(self, process: process))
  }

  /// Sends the task a signal. `false` when no VM is there to take it.
  public func signal(_ number: Int32) -> Bool { ask(.signal(number)) }

  private func killTask(_ process: ProcessDescriptor, _ watch: InstanceWatch) throws -> StopResult {
    // Before the boot there is no task to be killed.
    if events.isBooted, ask(.signal(SIGKILL)), watch.waitForEnd(before: .after(seconds: Self.margin)) { return .killed }
    process.kill()
    guard watch.waitForEnd(before: .after(seconds: Self.margin)) else {
      throw HostError("\(hypervisor.name) does not end", hint: "its log is \(path(hypervisor.logFile))")
    }
    recordKill()
    return .destroyed
  }

  func ask(_ command: ControlCommand) -> Bool {
    runningProcess != nil && ControlChannel(path: path(InstanceFile.control)).send(command)
  }
}
