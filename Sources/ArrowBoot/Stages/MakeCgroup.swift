/// The task's cgroup: PID 1 stays outside, so that no limit of the task's can stop it (cgroups(7)).
struct Cgroup {
  static let folder = "/cgroup/task"
  /// The folder, for BPF programs that are attached to it.
  var descriptor: Int32
}

enum MakeCgroup {
  /// As many processes and threads as a task may have: a busy server has room, and a fork bomb meets this limit before
  /// it has eaten the memory, as long as a process takes no more than this many bytes of it.
  private static let mostProcesses: UInt64 = 4096
  private static let memoryOfProcess: UInt64 = 128 << 10
  /// What the kernel and PID 1 keep for themselves, in bytes: the task meets its end before they run short.
  private static let reserve: UInt64 = 2 << 20

  static func make(_ linux: some Linux) throws(BootError) -> Cgroup {
    try must("make the task's cgroup") { () throws(Errno) in
      try linux.write("+pids +memory", into: "/cgroup/cgroup.subtree_control")
      try linux.makeFolder(Cgroup.folder, mode: 0o755)
      let free = linux.freeMemory()
      let isKnown = free > reserve
      let processes = isKnown ? min(free / memoryOfProcess, mostProcesses) : mostProcesses
      try linux.write(String(processes), into: "\(Cgroup.folder)/pids.max")
      if isKnown { try linux.write(String(free - reserve), into: "\(Cgroup.folder)/memory.max") }
      return Cgroup(descriptor: try linux.open(Cgroup.folder, [.read, .folder]))
    }
  }
}
