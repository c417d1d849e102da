import ArrowSpec

/// Gives up what PID 1 does not need while the task runs, so that a task which breaks into PID 1 gains little.
enum GiveUpPrivileges {
  /// Bits of `capabilities(7)`: CAP_DAC_OVERRIDE to open the console, which is the task's; CAP_KILL to signal the task;
  /// CAP_SYS_BOOT to power off.
  private static let alwaysNeeded: UInt64 = 1 << 1 | 1 << 5 | 1 << 22
  /// CAP_SYS_ADMIN: volumes are unmounted at the end.
  private static let unmounting: UInt64 = 1 << 21
  /// CAP_NET_ADMIN: a DHCP lease may change.
  private static let addressing: UInt64 = 1 << 12
  /// CAP_SYS_TIME: the clock is set.
  private static let timing: UInt64 = 1 << 25

  /// Does nothing where the task may be started again: that needs all that the first start did.
  static func giveUp(_ arrow: PreparedArrow, _ linux: some Linux) throws(BootError) {
    let spec = arrow.task.spec
    guard spec.restart == .no else { return }
    let kept =
      alwaysNeeded | (spec.mounts.isEmpty ? 0 : unmounting) | (arrow.network?.usesDHCP == true ? addressing : 0)
      | (arrow.clock == nil ? 0 : timing)
    try must("give up what PID 1 no longer needs") { () throws(Errno) in
      try linux.setNoNewPrivileges()
      try linux.keepBounding(kept)
      var sets = spec.process.capabilities
      (sets.permitted, sets.effective, sets.inheritable, sets.ambient) = (kept, kept, 0, 0)
      try linux.setCapabilities(sets)
      try linux.loadFilter(SupervisorFilter.program[...])
    }
  }
}
