import ArrowSpec

/// What the child sets up and gives up on its way to exec.
enum Confinement {
  /// Descriptors from here on do not collide with 0 to 2, and are below the kernel's default limit.
  static let outOfTheWay: Int32 = 1000

  /// Gives the task its three descriptors: these pipes, or its terminal. All others close at exec.
  static func setDescriptors(_ pipes: [Int32]?, for process: Spec.Process, _ linux: some Linux) throws(BootError) {
    var descriptors = pipes ?? []
    if pipes == nil { descriptors = try terminal(for: process, linux) }
    try must("set up the task's descriptors") { () throws(Errno) in
      // First out of the way: where the kernel opened no console for PID 1, these may be 0 to 2 themselves.
      for (offset, descriptor) in descriptors.enumerated() {
        try linux.duplicate(descriptor, to: outOfTheWay + Int32(offset), closeOnExec: true)
      }
      for target in 0..<Int32(3) { try linux.duplicate(outOfTheWay + target, to: target, closeOnExec: false) }
      try linux.closeOnExec(from: 3)
    }
  }

  private static func terminal(for process: Spec.Process, _ linux: some Linux) throws(BootError) -> [Int32] {
    guard let console = Console.open(.readWrite, linux) else { throw BootError("there is no console") }
    try must("set up the console \(console.path)") { () throws(Errno) in
      // So that the task may open /dev/stdout.
      try linux.setOwner(console.path, uid: process.user.uid, gid: process.user.gid)
      if let size = process.consoleSize {
        try linux.setWindow(terminal: console.descriptor, rows: size.height, columns: size.width)
      }
      try linux.controlTerminal(console.descriptor)
    }
    return [console.descriptor, console.descriptor, console.descriptor]
  }

  static func enterRoot(_ task: Task, _ linux: some Linux) throws(BootError) {
    try must("enter the task's root", linux.changeRoot(TaskRoot.path))
    let folder = task.folder
    try must("change to the folder \(folder)", linux.changeFolder(folder))
  }

  /// RLIMIT_NOFILE. The kernel's default of 1024 is too small for a server; it is that small for select(2), which
  /// servers do not use.
  private static let openFiles = Spec.ResourceLimit(resource: 7, soft: 65_536, hard: 65_536)

  static func setLimits(_ process: Spec.Process, _ linux: some Linux) throws(BootError) {
    linux.setUmask(process.user.umask ?? 0o022)
    let limits = process.rlimits.contains { $0.resource == openFiles.resource } ? [] : [openFiles]
    for limit in limits + process.rlimits {
      try must("set \(ResourceLimitName.names[Int(limit.resource)])", linux.setLimit(limit))
    }
  }

  static func dropPrivileges(_ process: Spec.Process, _ linux: some Linux) throws(BootError) {
    let sets = process.capabilities
    let user = process.user
    // The bounding set and the groups need capabilities, so they come before the user id; setuid(2) clears the other
    // sets, so they come after it.
    try must("drop capabilities", linux.keepBounding(sets.bounding))
    try must("set the task's groups", linux.setGroups(user.additionalGids))
    try must("set the group \(user.gid)", linux.setGroup(user.gid))
    try must("set the user \(user.uid)", linux.setUser(user.uid, keepCapabilities: sets.permitted != 0))
    try must("set capabilities", linux.setCapabilities(sets))
    guard process.noNewPrivileges else { return }
    try must("set no_new_privs", linux.setNoNewPrivileges())
  }

  static func loadFilter(_ program: ArraySlice<UInt8>, _ linux: some Linux) throws(BootError) {
    try must("load the seccomp filter", linux.loadFilter(program))
  }
}
