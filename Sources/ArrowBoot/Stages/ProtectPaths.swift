import ArrowSpec

/// Hides the spec's masked paths from the task, and makes its read-only paths read-only. A path that does not exist
/// needs neither.
enum ProtectPaths {
  static func protect(masked: [String], readOnly: [String], _ linux: some Linux) throws(BootError) {
    for path in masked { try must("mask \(path)", mask(path, linux)) }
    for path in readOnly { try must("make \(path) read-only", makeReadOnly(path, linux)) }
  }

  /// A masked file reads as empty, a masked folder has nothing in it.
  private static func mask(_ path: String, _ linux: some Linux) throws(Errno) {
    guard let target = try linux.find(inTask: path) else { return }
    if FileMode.isFolder(try linux.fileMode(target)) {
      try linux.mount(
        "tmpfs", on: target, type: "tmpfs", flags: [.readOnly, .noSetUID, .noDevices, .noExecute], data: "mode=755")
    } else {
      try linux.mount("\(TaskRoot.path)/dev/null", on: target, type: "", flags: .bind, data: "")
    }
  }

  private static func makeReadOnly(_ path: String, _ linux: some Linux) throws(Errno) {
    guard let target = try linux.find(inTask: path) else { return }
    try linux.mount(target, on: target, type: "", flags: [.bind, .recursive], data: "")
    try linux.setMountFlags(target, set: .readOnly, clear: [])
  }
}
