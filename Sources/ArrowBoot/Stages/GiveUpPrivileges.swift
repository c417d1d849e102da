import ArrowSpec

/// What PID 1 lets go of once the task runs: a task that finds a way into it finds little there.
enum GiveUpPrivileges {
  /// Bits of `capabilities(7)`: to open the console, which is the task's; to signal the task; to power off.
  private static let alwaysNeeded: UInt64 = 1 << 1 | 1 << 5 | 1 << 22
  /// CAP_SYS_ADMIN: volumes are unmounted at the end.
  private static let unmounting: UInt64 = 1 << 21

  /// CAP_NET_ADMIN: a DHCP lease may change. CAP_SYS_TIME: the clock is set right.
  private static let addressing: UInt64 = 1 << 12
  private static let timing: UInt64 = 1 << 25

  /// A task that may be started anew needs all that the first start did.
  static func giveUp(_ arrow: PreparedArrow, _ linux: some Linux) throws(BootError) {
    let spec = arrow.task.spec
    guard spec.restart == .no else { return }
    let kept =
      alwaysNeeded | (spec.mounts.isEmpty ? 0 : unmounting) | (arrow.network?.usesDHCP == true ? addressing : 0)
      | (arrow.clock < 0 ? 0 : timing)
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
