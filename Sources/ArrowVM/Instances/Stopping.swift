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
  /// Time to boot: the guest reads a stop only once the task runs. In seconds.
  private static let bootMargin = 30.0

  /// How long a stop may take before force is used, in seconds.
  var stopPatience: Double { patience(Double(record.stopTimeout) + Self.margin) }

  private func patience(_ seconds: Double) -> Double { seconds + (events.isBooted ? 0 : Self.bootMargin) }

  /// Asks, waits as long as the spec says (or `timeout` seconds), then uses force.
  public func stop(timeout: Int?) throws -> StopResult {
    guard let process else { return .stopped }
    let watch = try InstanceWatch(self, process: process)
    if ask(.stop), watch.waitForEnd(before: .after(seconds: timeout.map(Double.init) ?? stopPatience)) {
      return .stopped
    }
    return try killTask(process, watch)
  }

  /// Docker's `kill`: the task gets SIGKILL.
  public func kill() throws -> StopResult {
    guard let process else { return .stopped }
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
    processIdentifier != nil && ControlChannel(path: path(InstanceFile.control)).send(command)
  }
}
