import ArrowSpec

/// The task's root: fresh kernel file systems and tmpfs over the read-only pieces, then what the spec adds.
enum PrepareRoot {
  private struct Row: Sendable {
    var type: String
    var target: String
    var flags: MountFlags
    var data: String
  }

  /// Sizes are shares of the machine's memory (tmpfs(5)).
  private static let table = [
    // Device nodes made below, and shm; nothing in it can be executed.
    Row(type: "tmpfs", target: "/dev", flags: [.noSetUID, .noExecute], data: "mode=755,size=25%"),
    // Other users' processes, PID 1 among them, are not to be seen.
    Row(type: "proc", target: "/proc", flags: [.noSetUID, .noDevices, .noExecute], data: "hidepid=invisible"),
    Row(type: "sysfs", target: "/sys", flags: [.readOnly, .noSetUID, .noDevices, .noExecute], data: ""),
    Row(type: "tmpfs", target: "/tmp", flags: [.noSetUID, .noDevices, .noExecute], data: "mode=1777,size=25%"),
    Row(type: "tmpfs", target: "/run", flags: [.noSetUID, .noDevices, .noExecute], data: "mode=1777,size=10%"),
  ]

  static func prepare(for spec: Spec, _ linux: some Linux) throws(BootError) {
    if !spec.rootReadonly { try layOverlay(linux) }
    for row in table {
      try must("mount \(row.type) on \(row.target)") { () throws(Errno) in
        try linux.mount(row.type, on: taskRoot + row.target, type: row.type, flags: row.flags, data: row.data)
      }
    }
    try must("fill /dev") { () throws(Errno) in try fillDevices(linux) }
    for mount in spec.mounts { try MountVolumes.mount(mount, for: spec.process.user, linux) }
    for setting in spec.sysctl { try set(setting, linux) }
    for path in spec.maskedPaths { try mask(path, linux) }
    for path in spec.readonlyPaths { try makeReadOnly(path, linux) }
  }

  /// `root.readonly: false`: what the task writes goes to memory and is gone with the machine.
  private static func layOverlay(_ linux: some Linux) throws(BootError) {
    try must("lay an overlay over the pieces") { () throws(Errno) in
      try linux.ensureFolder("/overlay")
      try linux.mount(
        "tmpfs", on: "/overlay", type: "tmpfs", flags: [.noSetUID, .noDevices], data: "mode=755,size=50%")
      try linux.makeFolder("/overlay/upper", mode: 0o755)
      try linux.makeFolder("/overlay/work", mode: 0o755)
      try linux.mount(
        "overlay", on: taskRoot, type: "overlay", flags: [.noSetUID, .noDevices],
        data: "lowerdir=\(taskRoot),upperdir=/overlay/upper,workdir=/overlay/work")
    }
  }

  /// The nodes the OCI runtime-spec asks for (config-linux.md, "Default Devices"), numbers from devices.txt.
  private static func fillDevices(_ linux: some Linux) throws(Errno) {
    // The kernel starts PID 1 with 0022; here modes are meant as they are.
    linux.setUmask(0)
    let devices: [(name: String, major: UInt32, minor: UInt32)] = [
      ("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9), ("tty", 5, 0),
    ]
    for device in devices {
      // S_IFCHR and 0666.
      try linux.makeDevice(
        "\(taskRoot)/dev/\(device.name)", mode: 0o020666, major: device.major, minor: device.minor)
    }
    let links = [
      ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"),
      ("stderr", "/proc/self/fd/2"), ("ptmx", "pts/ptmx"),
    ]
    for (name, target) in links { try linux.makeLink("\(taskRoot)/dev/\(name)", to: target) }
    try linux.makeFolder("\(taskRoot)/dev/shm", mode: 0o1777)
    try linux.makeFolder("\(taskRoot)/dev/pts", mode: 0o755)
    try linux.mount(
      "devpts", on: "\(taskRoot)/dev/pts", type: "devpts", flags: [.noSetUID, .noExecute],
      data: "mode=620,ptmxmode=666")
  }

  private static func set(_ setting: Spec.Sysctl, _ linux: some Linux) throws(BootError) {
    var path = "/proc/sys/"
    for byte in setting.name.utf8 { path += byte == 0x2E ? "/" : String(decoding: [byte], as: UTF8.self) }
    try must("set the sysctl \(setting.name)") { () throws(Errno) in try linux.write(setting.value, into: path) }
  }

  /// A masked file reads as empty, a masked folder has nothing in it; one that is not there needs no mask.
  private static func mask(_ path: String, _ linux: some Linux) throws(BootError) {
    try must("mask \(path)") { () throws(Errno) in
      guard let target = try linux.find(inTask: path) else { return }
      if FileMode.isFolder(try linux.fileMode(target)) {
        try linux.mount(
          "tmpfs", on: target, type: "tmpfs", flags: [.readOnly, .noSetUID, .noDevices, .noExecute], data: "mode=755")
      } else {
        try linux.mount("\(taskRoot)/dev/null", on: target, type: "", flags: .bind, data: "")
      }
    }
  }

  private static func makeReadOnly(_ path: String, _ linux: some Linux) throws(BootError) {
    try must("make \(path) read-only") { () throws(Errno) in
      guard let target = try linux.find(inTask: path) else { return }
      try linux.mount(target, on: target, type: "", flags: [.bind, .recursive], data: "")
      try linux.setMountFlags(target, set: .readOnly, clear: [])
    }
  }
}
