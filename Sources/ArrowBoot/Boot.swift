import ArrowSpec

/// The whole life of the virtual machine, from the kernel's hand-over to the power-off.
///
/// What is true when the task starts:
/// - its root is the pieces image, read-only, with fresh /dev, /proc, /sys, /tmp and /run over it;
/// - the NIC has its address, and nothing inbound passes but the exported ports;
/// - it runs as the spec's user, without capabilities or a way to new ones, behind its seccomp filter, in its cgroup;
/// - it has three descriptors, no blocked signal, and exactly the environment its spec says.
///
/// What is true when the machine powers off: every process has ended, data is on the disks, the host knows the code.
public enum Boot {
  public static func run(_ linux: some Linux) -> Never {
    do {
      let arrow = try prepare(linux)
      // The point of no return: from here on the machine ends when the task does, and only through PowerOff.
      let end = Supervise.untilTheEnd(of: arrow, linux)
      PowerOff.unmount(arrow.task.spec.mounts, linux)
      PowerOff.report(end, to: arrow.channels, linux)
    } catch {
      PowerOff.report(VerifyPieces.explain(error, linux), to: OpenChannels.open(linux), linux)
    }
    PowerOff.powerOff(linux)
  }

  /// THE list: what happens, in order.
  static func prepare(_ linux: some Linux) throws(BootError) -> PreparedArrow {
    // Signals first: nothing may interrupt PID 1; it reads them one by one once the task runs.
    let signals = try BlockSignals.block(linux)
    try MountKernelFilesystems.mount(linux)
    let commandLine = try ReadCommandLine.read(linux)
    let log = Log(commandLine.log, linux)
    let integrity = try MountPieces.mount(commandLine, log, linux)
    let name = try SelectArrow.select(commandLine.arrow, linux)
    let task = try ReadSpec.read(arrow: name, log, linux)
    try PrepareRoot.prepare(for: task.spec, linux)
    let network = try ConfigureNetwork.configure(commandLine, for: task, log, linux)
    let notices = try OpenNotifySocket.open(linux)
    let audit = try ListenToAudit.listen(for: task, log, linux)
    let cgroup = try MakeCgroup.make(linux)
    let readiness = try ForwardPorts.forward(task.spec.ports, from: network, cgroup, linux)
    // Last, because the kernel goes on finding the host's channels while we work.
    var channels = OpenChannels.open(linux)
    channels.hasTerminal = task.spec.process.terminal
    return PreparedArrow(
      task: task, signals: signals, network: network?.live, clock: HostClock.open(linux), notices: notices,
      audit: audit, cgroup: cgroup, readiness: readiness, integrity: integrity, channels: channels, log: log)
  }
}

/// Everything that is ready for the task to start.
struct PreparedArrow {
  var task: Task
  /// A signalfd(2) that all of PID 1's signals are read from.
  var signals: Int32
  /// `nil` where nothing of it is to change.
  var network: LiveNetwork?
  /// The machine's clock; -1 where there is none.
  var clock: Int32
  /// NOTIFY_SOCKET.
  var notices: Int32
  /// The kernel's audit; -1 where it has none.
  var audit: Int32
  var cgroup: Cgroup
  /// `nil` where no TCP port is exported.
  var readiness: Readiness?
  /// `nil` where the pieces are not under dm-verity.
  var integrity: Integrity?
  var channels: Channels
  var log: Log
}

/// The folder in the initrd where the task's root is put together.
let taskRoot = "/root"
