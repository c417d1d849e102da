import ArrowSpec

/// The whole life of the virtual machine, from the kernel's hand-over to the power-off.
///
/// What is true when the task starts:
/// - its root is the pieces image, read-only, with fresh /dev, /proc, /sys, /tmp and /run over it;
/// - the NIC has its address, nothing inbound passes except the exported ports, and nothing goes to where the host
///   denies it;
/// - it runs as the spec's user, without capabilities or a way to new ones, behind its seccomp filter, in its cgroup;
/// - it has three descriptors, no blocked signal, and exactly the environment that its spec says.
///
/// What is true when the machine powers off: every process has ended, data is on the disks, the host knows the code.
///
/// The rooms (folders) of this module, from the lowest to the highest; none names anything of a higher one:
/// `Linux` (system calls), `Host` (what it is told, and how), `Pieces` (their image, the task's root), `Network`,
/// `Task` (what runs, and how it is watched and ended), `Stages` (the steps below; none names another).
public enum Boot {
  public static func run(_ linux: some Linux) -> Never {
    do {
      let arrow = try prepare(linux)
      // The point of no return: from here on the machine ends when the task does, and only by powering off.
      let end = runTask(arrow, linux)
      MountVolumes.unmount(arrow.task.spec.mounts, linux)
      arrow.host.tell(end, linux)
    } catch {
      let error = PiecesIntegrity.explain(error, linux)
      let host = HostReports(to: OpenChannels.open(linux))
      host.tell(error, linux)
      host.tell(TaskEnd(code: error.code, reason: .failed), linux)
    }
    PowerOff.powerOff(linux)
  }

  /// THE list: what happens before the task runs, in order.
  private static func prepare(_ linux: some Linux) throws(BootError) -> PreparedArrow {
    // Signals first: nothing may interrupt PID 1. It reads them one by one while the task runs.
    let signals = try BlockSignals.block(linux)
    try MountKernelFilesystems.mount(linux)
    let commandLine = try ReadCommandLine.read(linux)
    let log = Log(commandLine.log, linux)
    let image = try FindPieces.find(commandLine.pieces, log, linux)
    let pieces = try VerifyPieces.verify(image, rootHash: commandLine.verityRootHash, linux)
    try MountPieces.mount(pieces.device, linux)
    let name = try SelectArrow.select(commandLine.arrow, linux)
    var task = try ReadSpec.read(arrow: name, log, linux)
    try PrepareRoot.prepare(isReadOnly: task.spec.rootReadonly, linux)
    try MountVolumes.mount(task.spec.mounts, for: task.spec.process.user, linux)
    try SetSysctls.set(task.spec.sysctl, linux)
    try ProtectPaths.protect(masked: task.spec.maskedPaths, readOnly: task.spec.readonlyPaths, linux)
    let network = try ConfigureNetwork.configure(commandLine, for: task, log, linux)
    try NameUser.name(task, linux)
    let notices = try OpenNotifySocket.open(linux)
    let audit = try ListenToAudit.listen(for: task, log, linux)
    let cgroup = try MakeCgroup.make(linux)
    let programs = try ForwardPorts.forward(task.spec.ports, from: network, commandLine, cgroup, linux)
    // The channels come last: the kernel finds their ports while the boot goes on.
    var channels = OpenChannels.open(linux)
    // A host that has a channel for stdout has no terminal for the task.
    if channels.stdout != nil { task.spec.process.terminal = false }
    channels.hasTerminal = task.spec.process.terminal
    return PreparedArrow(
      task: task, signals: signals, network: network?.live, clock: HostClock.open(linux), notices: notices,
      audit: audit, readiness: programs.readiness, denied: programs.denied, disk: image.path,
      integrity: pieces.integrity, channels: channels, log: log)
  }

  /// From the task's first start to its last end.
  private static func runTask(_ arrow: PreparedArrow, _ linux: some Linux) -> TaskEnd {
    do {
      var watch = try Supervise.watch(arrow, linux)
      var restart = RestartPolicy(arrow.task.spec.restart)
      while true {
        let pid = try StartTask.start(arrow, &watch.streams, linux)
        if restart.restarts == 0 { arrow.host.tell(.booted(arrow: arrow.task.arrow), linux) }
        try GiveUpPrivileges.giveUp(arrow, linux)
        if let end = try Supervise.untilTheEnd(of: pid, &watch, &restart, arrow.log, linux) { return end }
      }
    } catch {
      let error = PiecesIntegrity.explain(error, on: arrow.disk, linux)
      arrow.host.tell(error, linux)
      return TaskEnd(code: error.code, reason: .failed)
    }
  }
}
