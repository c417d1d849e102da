import ArrowSpec

/// What the child gives up on its way to exec.
enum Confine {
  /// Three descriptors and the pipe that reports a failure; the pipe closes at exec.
  static func setDescriptors(
    _ channels: Channels, terminal: Bool, report: Int32, _ linux: some Linux
  ) throws(BootError) {
    try must("set up the task's descriptors") { () throws(Errno) in
      if terminal { try linux.controlTerminal(channels.console) }
      let usesPorts = !terminal
      let stdin = usesPorts && channels.stdin >= 0 ? channels.stdin : channels.console
      let stderr = usesPorts && channels.stderr >= 0 ? channels.stderr : channels.console
      // Out of the way of 0 to 3 first: the kernel may have given these very numbers.
      let moved: Int32 = 1000
      for (offset, descriptor) in [stdin, channels.console, stderr, report].enumerated() {
        try linux.duplicate(descriptor, to: moved + Int32(offset), closeOnExec: true)
      }
      for target in 0..<Int32(4) { try linux.duplicate(moved + target, to: target, closeOnExec: target == 3) }
      try linux.closeAll(from: 4)
    }
  }

  static func enterRoot(_ task: Task, _ linux: some Linux) throws(BootError) {
    try must("enter the task's root") { () throws(Errno) in try linux.changeRoot(taskRoot) }
    let folder = task.folder
    try must("change to the folder \(folder)") { () throws(Errno) in try linux.changeFolder(folder) }
  }

  /// RLIMIT_NOFILE: the kernel's 1024 is too few for a server, and select(2) is not what servers use.
  private static let openFiles = Spec.ResourceLimit(resource: 7, soft: 65_536, hard: 65_536)

  static func setLimits(_ process: Spec.Process, _ linux: some Linux) throws(BootError) {
    linux.setUmask(process.user.umask ?? 0o022)
    let limits = process.rlimits.contains { $0.resource == openFiles.resource } ? [] : [openFiles]
    for limit in limits + process.rlimits {
      try must("set \(ResourceLimitName.names[Int(limit.resource)])") { () throws(Errno) in try linux.setLimit(limit) }
    }
  }

  static func dropPrivileges(_ process: Spec.Process, _ linux: some Linux) throws(BootError) {
    let sets = process.capabilities
    let user = process.user
    // Bounding set and groups while we still may, the user id then, the other sets last: setuid(2) clears them.
    try must("drop capabilities") { () throws(Errno) in try linux.keepBounding(sets.bounding) }
    try must("set the task's groups") { () throws(Errno) in try linux.setGroups(user.additionalGids) }
    try must("set the group \(user.gid)") { () throws(Errno) in try linux.setGroup(user.gid) }
    try must("set the user \(user.uid)") { () throws(Errno) in
      try linux.setUser(user.uid, keepCapabilities: sets.permitted != 0)
    }
    try must("set capabilities") { () throws(Errno) in try linux.setCapabilities(sets) }
    guard process.noNewPrivileges else { return }
    try must("set no_new_privs") { () throws(Errno) in try linux.setNoNewPrivileges() }
  }

  static func loadFilter(_ program: ArraySlice<UInt8>, _ linux: some Linux) throws(BootError) {
    try must("load the seccomp filter") { () throws(Errno) in try linux.loadFilter(program) }
  }
}
