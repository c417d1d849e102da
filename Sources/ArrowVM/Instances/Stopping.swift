import ArrowHost
import ArrowSpec
import Glibc

/// The end of an instance on demand.
extension Instance {
  /// What became of a stop.
  public enum StopResult: Equatable {
    /// The task ended in time, or had ended before.
    case stopped
    /// The task was killed, because it did not end in time.
    case killed
    /// The guest did not even answer that: its VM was killed.
    case destroyed
  }

  /// Beyond the guest's own patience with its task: to power off, on a busy host.
  private static let margin = 10.0
  /// A stop is heard when the task runs, and not before.
  private static let bootMargin = 30.0

  /// How long a stop may take that ends well, in seconds.
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
    // Where there is no task yet, there is nobody to ask.
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
