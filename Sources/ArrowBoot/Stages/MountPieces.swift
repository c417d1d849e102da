import ArrowSpec

/// Mounts the pieces image read-only where the task's root will be.
enum MountPieces {
  static func mount(_ device: String, _ linux: some Linux) throws(BootError) {
    do {
      try linux.ensureFolder(TaskRoot.path)
      try linux.mount(device, on: TaskRoot.path, type: "erofs", flags: [.readOnly, .noSetUID, .noDevices], data: "")
    } catch {
      throw BootError(cannot: "mount the pieces image \(device)", error, hint: "build it anew with mkarrowimg")
    }
    try checkFormat(linux)
  }

  private static func checkFormat(_ linux: some Linux) throws(BootError) {
    let path = "\(TaskRoot.path)/\(GuestContract.formatFile)"
    let line = try must("read the pieces image's format version", linux.line(of: path))
    guard let version = decimal(line.utf8), version == GuestContract.formatVersion else {
      throw BootError(
        "the pieces image has the format version \"\(line)\", this arrow-init knows \(GuestContract.formatVersion)",
        hint: "build kernel, initrd and pieces with one mkarrowimg")
    }
  }
}
