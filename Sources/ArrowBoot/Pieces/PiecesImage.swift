import ArrowSpec

/// A block device or a file that should hold the pieces: an EROFS file system.
struct PiecesImage {
  var path: String
  /// In bytes; `nil` where it is not known.
  var size: Int?

  private static var devices: String { "/dev/" }

  /// Whether it is a block device.
  var isDisk: Bool { path.utf8.starts(with: Self.devices.utf8) }

  /// The image on the block device `vda`.
  init(device: String, _ linux: some Linux) {
    let sectors = (try? linux.line(of: "/sys/class/block/\(device)/size")).flatMap { decimal($0.utf8) }
    path = Self.devices + device
    size = sectors.map { $0 * 512 }
  }

  private init(file: String, size: Int) {
    path = file
    self.size = size
  }

  /// The image at the path of a block device or a file.
  static func at(_ path: String, _ linux: some Linux) throws(Errno) -> PiecesImage {
    if path.utf8.starts(with: devices.utf8) {
      return PiecesImage(device: String(decoding: path.utf8.dropFirst(devices.utf8.count), as: UTF8.self), linux)
    }
    return PiecesImage(file: path, size: try linux.fileSize(path))
  }

  /// Reads the superblock (fs/erofs/erofs_fs.h), and returns the size of the file system in bytes.
  ///
  /// The kernel does not check the size: it mounts an image that is cut short, and the task fails in the middle.
  func check(file: StaticString = #fileID, _ linux: some Linux) throws(BootError) -> Int {
    let head = try must("read the pieces image \(path)", file: file, linux.contents(of: path, limit: 1024 + 128))
    if head.isEmpty { throw BootError("the pieces image \(path) is empty", file: file) }
    guard head.count == 1024 + 128, head[1024..<1028].elementsEqual([0xE2, 0xE1, 0xF5, 0xE0]) else {
      throw BootError(
        "the pieces image \(path) is not an EROFS file system", hint: "build it with mkarrowimg", file: file)
    }
    let blocks = head[1024 + 36..<1024 + 40].reversed().reduce(0) { $0 << 8 | Int($1) }
    let needed = blocks << Int(head[1024 + 12])
    if let size, size < needed {
      throw BootError("the pieces image \(path) is cut short: \(size) of \(needed) bytes are there", file: file)
    }
    return needed
  }
}
