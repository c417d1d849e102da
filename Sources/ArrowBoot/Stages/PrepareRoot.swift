import ArrowSpec

/// Prepares the task's root: fresh kernel file systems and tmpfs over the read-only pieces.
enum PrepareRoot {
  private struct Row: Sendable {
    var type: String
    var target: String
    var flags: MountFlags
    var data: String
  }

  /// The file systems on `GuestContract.mountPoints`. Sizes are shares of the machine's memory (tmpfs(5)).
  private static let table = [
    // Device nodes, made below, and shm. Nothing in it can be executed.
    Row(type: "tmpfs", target: "/dev", flags: [.noSetUID, .noExecute], data: "mode=755,size=25%"),
    // The task does not see the processes of other users, PID 1 among them.
    Row(type: "proc", target: "/proc", flags: [.noSetUID, .noDevices, .noExecute], data: "hidepid=invisible"),
    Row(type: "sysfs", target: "/sys", flags: [.readOnly, .noSetUID, .noDevices, .noExecute], data: ""),
    Row(type: "tmpfs", target: "/tmp", flags: [.noSetUID, .noDevices, .noExecute], data: "mode=1777,size=25%"),
    Row(type: "tmpfs", target: "/run", flags: [.noSetUID, .noDevices, .noExecute], data: "mode=1777,size=10%"),
  ]

  static func prepare(isReadOnly: Bool, _ linux: some Linux) throws(BootError) {
    if !isReadOnly { try layOverlay(linux) }
    for row in table {
      try must(
        "mount \(row.type) on \(row.target)",
        linux.mount(row.type, on: TaskRoot.path + row.target, type: row.type, flags: row.flags, data: row.data))
    }
    try must("fill /dev", fillDevices(linux))
  }

  /// For `root.readonly: false`. What the task writes goes to memory, and is gone when the machine is.
  private static func layOverlay(_ linux: some Linux) throws(BootError) {
    try must("lay an overlay over the pieces") { () throws(Errno) in
      try linux.ensureFolder("/overlay")
      try linux.mount(
        "tmpfs", on: "/overlay", type: "tmpfs", flags: [.noSetUID, .noDevices], data: "mode=755,size=50%")
      try linux.makeFolder("/overlay/upper", mode: 0o755)
      try linux.makeFolder("/overlay/work", mode: 0o755)
      try linux.mount(
        "overlay", on: TaskRoot.path, type: "overlay", flags: [.noSetUID, .noDevices],
        data: "lowerdir=\(TaskRoot.path),upperdir=/overlay/upper,workdir=/overlay/work")
    }
  }

  /// Makes the nodes that the OCI runtime-spec demands (config-linux.md, "Default Devices"); the numbers are those of
  /// devices.txt.
  private static func fillDevices(_ linux: some Linux) throws(Errno) {
    // The kernel starts PID 1 with 0022, which would take bits from the modes.
    linux.setUmask(0)
    let devices: [(name: String, major: UInt32, minor: UInt32)] = [
      ("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9), ("tty", 5, 0),
    ]
    for device in devices {
      // S_IFCHR and 0666.
      try linux.makeDevice(
        "\(TaskRoot.path)/dev/\(device.name)", mode: 0o020666, major: device.major, minor: device.minor)
    }
    let links = [
      ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"),
      ("stderr", "/proc/self/fd/2"), ("ptmx", "pts/ptmx"),
    ]
    for (name, target) in links { try linux.makeLink("\(TaskRoot.path)/dev/\(name)", to: target) }
    try linux.makeFolder("\(TaskRoot.path)/dev/shm", mode: 0o1777)
    try linux.makeFolder("\(TaskRoot.path)/dev/pts", mode: 0o755)
    try linux.mount(
      "devpts", on: "\(TaskRoot.path)/dev/pts", type: "devpts", flags: [.noSetUID, .noExecute],
      data: "mode=620,ptmxmode=666")
  }
}
