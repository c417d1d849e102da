/// Mounts the kernel's own file systems for arrow-init. The task gets mounts of its own (``PrepareRoot``).
enum MountKernelFilesystems {
  private static let table: [(type: String, target: String)] = [
    ("devtmpfs", "/dev"),  // the disks, the console, the host's channels
    ("proc", "/proc"),  // the command line, sysctls
    ("sysfs", "/sys"),  // which disk, NIC and channel is which
    ("cgroup2", Cgroup.mount),  // the task's limits
  ]

  static func mount(_ linux: some Linux) throws(BootError) {
    for row in table {
      try must("mount \(row.type) on \(row.target)") { () throws(Errno) in
        try linux.ensureFolder(row.target)
        try linux.mount(row.type, on: row.target, type: row.type, flags: [.noSetUID, .noExecute], data: "")
      }
    }
    // Children inherit this lowest score, and the task gives it up before exec. The kernel never chooses PID 1
    // (oom_score_adj(5)).
    try must("protect PID 1 from the OOM killer", linux.write("-1000", into: "/proc/self/oom_score_adj"))
  }
}
