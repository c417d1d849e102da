import ArrowSpec

/// Finds the pieces image: where the command line says, or else on the first of three usual places.
enum FindPieces {
  static func find(
    _ wanted: KernelCommandLine.Pieces?, _ log: Log, _ linux: some Linux
  ) throws(BootError) -> PiecesImage {
    let image = try search(wanted, linux)
    log.debug("the pieces are \(image.path)", linux)
    return image
  }

  private static func search(
    _ wanted: KernelCommandLine.Pieces?, _ linux: some Linux
  ) throws(BootError) -> PiecesImage {
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

  private static func disk(serial: String, _ linux: some Linux) -> PiecesImage? {
    guard let disks = try? linux.names(in: "/sys/block") else { return nil }
    return disks.first { linux.hasSerial(serial, disk: $0) }.map { PiecesImage(device: $0, linux) }
  }

  private static func partition(label: String, _ linux: some Linux) -> PiecesImage? {
    guard let devices = try? linux.names(in: "/sys/class/block") else { return nil }
    let line = Array("PARTNAME=\(label)".utf8)
    for device in devices {
      guard let uevent = try? linux.contents(of: "/sys/class/block/\(device)/uevent") else { continue }
      let isLabelled = uevent.split(separator: UInt8(ascii: "\n")).contains { $0.elementsEqual(line) }
      if isLabelled { return PiecesImage(device: device, linux) }
    }
    return nil
  }

  private static func image(at path: String, _ linux: some Linux) throws(BootError) -> PiecesImage? {
    try must("look for \(path)", linux.exists(path) ? PiecesImage.at(path, linux) : nil)
  }
}
