import ArrowSpec

/// What the child gives up on its way to exec.
enum Confine {
  /// Descriptors from here on are out of the way of 0 to 2, and below the kernel's first limit.
  static let outOfTheWay: Int32 = 1000

  /// Three descriptors; all others close at exec.
  static func setDescriptors(_ channels: Channels, for process: Spec.Process, _ linux: some Linux) throws(BootError) {
    guard let console = Console.open(.readWrite, linux) else { throw BootError("there is no console") }
    try must("set up the console \(console.path)") { () throws(Errno) in
      // So that the task may open /dev/stdout, too.
      try linux.setOwner(console.path, uid: process.user.uid, gid: process.user.gid)
      if process.terminal {
        if let size = process.consoleSize {
          try linux.setWindow(terminal: console.descriptor, rows: size.height, columns: size.width)
        }
        try linux.controlTerminal(console.descriptor)
      } else {
        // Every byte as it is; only /dev/null is no terminal.
        try tolerating(.notTerminal, because: "the machine has no console") { () throws(Errno) in
          try linux.makeRaw(terminal: console.descriptor)
        }
      }
    }
    try must("set up the task's descriptors") { () throws(Errno) in
      let usesPorts = !process.terminal
      let stdin = usesPorts && channels.stdin >= 0 ? channels.stdin : console.descriptor
      let stderr = usesPorts && channels.stderr >= 0 ? channels.stderr : console.descriptor
      // Where the kernel opened no console for PID 1, it may have given 0 to 2 to others.
      for (offset, descriptor) in [stdin, console.descriptor, stderr].enumerated() {
        try linux.duplicate(descriptor, to: outOfTheWay + Int32(offset), closeOnExec: true)
      }
      for target in 0..<Int32(3) { try linux.duplicate(outOfTheWay + target, to: target, closeOnExec: false) }
      try linux.closeOnExec(from: 3)
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
