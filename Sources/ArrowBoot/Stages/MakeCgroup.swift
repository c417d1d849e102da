/// Makes the task's cgroup and sets its limits.
enum MakeCgroup {
  /// The most processes and threads that a task may have. A busy server has room, and a fork bomb meets this limit
  /// before it has used up the memory, as long as a process takes at most this many bytes.
  private static let mostProcesses: UInt64 = 4096
  private static let memoryOfProcess: UInt64 = 128 << 10
  /// What the kernel and PID 1 keep for themselves, in bytes: the task is ended before they run out of memory.
  private static let reserve: UInt64 = 2 << 20

  static func make(_ linux: some Linux) throws(BootError) -> Cgroup {
    try must("make the task's cgroup") { () throws(Errno) in
      try linux.write("+pids +memory", into: Cgroup.controllers)
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
