import ArrowSpec

/// Finds the pieces image and mounts it read-only where the task's root will be.
enum MountPieces {
  /// What tells of altered pieces while the task runs; `nil` where nobody asked for it.
  static func mount(
    _ commandLine: KernelCommandLine, _ log: Log, _ linux: some Linux
  ) throws(BootError) -> Integrity? {
    let image = try find(commandLine.pieces, linux)
    log.debug("the pieces are \(image.path)", linux)
    var device = image.path
    var integrity: Integrity?
    if let rootHash = commandLine.verityRootHash {
      (device, integrity) = try VerifyPieces.map(image, rootHash: rootHash, linux)
    } else {
      try check(image, linux)
    }
    do {
      try linux.ensureFolder(taskRoot)
      try linux.mount(device, on: taskRoot, type: "erofs", flags: [.readOnly, .noSetUID, .noDevices], data: "")
    } catch {
      throw BootError(cannot: "mount the pieces image \(device)", error, hint: "build it anew with mkarrowimg")
    }
    try checkFormat(linux)
    return integrity
  }

  /// A file or a block device that should hold an EROFS file system.
  struct Image {
    var path: String
    /// In bytes; `nil` where nobody says.
    var size: Int?
  }

  private static func find(_ wanted: KernelCommandLine.Pieces?, _ linux: some Linux) throws(BootError) -> Image {
    switch wanted {
    case .path(let path):
      if let image = try image(at: path, linux) { return image }
      throw BootError("no pieces image: there is no \(path)", hint: "it is what arrow.pieces= says")
    case .serial(let serial):
      if let image = disk(serial: serial, linux) { return image }
      throw BootError("no pieces image: no disk has the serial \"\(serial)\"", hint: "it is what arrow.pieces= says")
    case .label(let label):
      if let image = partition(label: label, linux) { return image }
      throw BootError("no pieces image: no partition is labelled \"\(label)\"", hint: "it is what arrow.pieces= says")
    case nil:
      if let image = disk(serial: GuestContract.piecesSerial, linux) { return image }
      if let image = partition(label: GuestContract.piecesPartition, linux) { return image }
      if let image = try image(at: GuestContract.initrdPieces, linux) { return image }
      throw BootError(
        "no pieces image: no virtio disk with the serial \"pieces\", no partition labelled \"arrow-pieces\", "
          + "no /pieces.erofs in the initrd",
        hint: "-drive if=none,id=pieces,file=pieces.erofs,format=raw,read-only=on "
          + "-device virtio-blk-device,drive=pieces,serial=pieces")
    }
  }

  private static func disk(serial: String, _ linux: some Linux) -> Image? {
    guard let disks = try? linux.names(in: "/sys/block") else { return nil }
    return disks.first { linux.hasSerial(serial, disk: $0) }.map { blockDevice($0, linux) }
  }

  private static func partition(label: String, _ linux: some Linux) -> Image? {
    guard let devices = try? linux.names(in: "/sys/class/block") else { return nil }
    let line = Array("PARTNAME=\(label)".utf8)
    for device in devices {
      guard let uevent = try? linux.contents(of: "/sys/class/block/\(device)/uevent") else { continue }
      if uevent.split(separator: 0x0A).contains(where: { $0.elementsEqual(line) }) { return blockDevice(device, linux) }
    }
    return nil
  }

  private static func image(at path: String, _ linux: some Linux) throws(BootError) -> Image? {
    try must("look for \(path)") { () throws(Errno) in
      guard try linux.exists(path) else { return nil }
      let devices = "/dev/"
      if path.utf8.starts(with: devices.utf8) {
        return blockDevice(String(decoding: path.utf8.dropFirst(devices.utf8.count), as: UTF8.self), linux)
      }
      return Image(path: path, size: try linux.fileSize(path))
    }
  }

  private static func blockDevice(_ name: String, _ linux: some Linux) -> Image {
    let sectors = (try? linux.line(of: "/sys/class/block/\(name)/size")).flatMap { decimal($0.utf8) }
    return Image(path: "/dev/\(name)", size: sectors.map { $0 * 512 })
  }

  /// The superblock, before the kernel sees it: EROFS mounts an image that is cut short, and fails in the middle of the
  /// task. Layout: fs/erofs/erofs_fs.h. Its size in bytes.
  @discardableResult
  static func check(_ image: Image, _ linux: some Linux) throws(BootError) -> Int {
    let head = try must("read the pieces image \(image.path)") { () throws(Errno) in
      try linux.contents(of: image.path, limit: 1024 + 128)
    }
    if head.isEmpty { throw BootError("the pieces image \(image.path) is empty") }
    guard head.count == 1024 + 128, head[1024..<1028].elementsEqual([0xE2, 0xE1, 0xF5, 0xE0]) else {
      throw BootError("the pieces image \(image.path) is not an EROFS file system", hint: "build it with mkarrowimg")
    }
    let blocks = head[1024 + 36..<1024 + 40].reversed().reduce(0) { $0 << 8 | Int($1) }
    let needed = blocks << Int(head[1024 + 12])
    if let size = image.size, size < needed {
      throw BootError("the pieces image \(image.path) is cut short: \(size) of \(needed) bytes are there")
    }
    return needed
  }

  private static func checkFormat(_ linux: some Linux) throws(BootError) {
    let path = "\(taskRoot)/\(GuestContract.arrowFolder)/format"
    let line = try must("read the pieces image's format version") { () throws(Errno) in try linux.line(of: path) }
    guard let version = decimal(line.utf8), version == GuestContract.formatVersion else {
      throw BootError(
        "the pieces image has the format version \"\(line)\", this arrow-init knows \(GuestContract.formatVersion)",
        hint: "build kernel, initrd and pieces with one mkarrowimg")
    }
  }
}
