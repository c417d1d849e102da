import ArrowSpec

/// Tells, while the task runs, that pieces were read that had been altered.
struct Integrity {
  /// The kernel's messages about devices.
  var descriptor: Int32
}

/// Puts dm-verity between the pieces image and who reads it: what is read is what the root hash stands for, or an error.
///
/// The hash tree lies behind the file system, in veritysetup's format (Documentation/admin-guide/device-mapper/verity).
enum VerifyPieces {
  private static let name = "pieces"
  private static let blockSize = 4096
  private static let hashSize = 32

  /// The device to mount.
  static func map(
    _ image: MountPieces.Image, rootHash: String, _ linux: some Linux
  ) throws(BootError) -> (device: String, Integrity) {
    guard image.path.utf8.starts(with: "/dev/".utf8) else {
      throw BootError("arrow.verity needs a disk, and the pieces image \(image.path) is a file")
    }
    let parameters: String
    let dataSize: Int
    do throws(BootError) {
      dataSize = try MountPieces.check(image, linux)
      let tree = try HashTree(behind: dataSize, of: image, linux)
      // Version 1: the salt comes first. The kernel takes data and tree from one disk.
      let disk = image.path
      let geometry = "\(blockSize) \(blockSize) \(dataSize / blockSize) \(dataSize / blockSize + 1)"
      parameters = "1 \(disk) \(disk) \(geometry) sha256 \(rootHash) \(tree.salt)"
    } catch {
      throw altered(error)
    }
    // Before anything is read, so that nothing is missed.
    let events = try must("listen for news of the pieces' integrity") { () throws(Errno) in
      try linux.openDeviceEvents()
    }
    let minor = try must("map the pieces image through dm-verity") { () throws(Errno) in
      let minor = try linux.createMapping(name)
      try linux.loadMapping(name, sectors: UInt64(dataSize / 512), target: "verity", parameters: parameters)
      try linux.resumeMapping(name)
      return minor
    }
    return ("/dev/dm-\(minor)", Integrity(descriptor: events))
  }

  /// As veritysetup's superblock describes it; what it says is taken only as far as it is what mkarrowimg writes.
  private struct HashTree {
    /// In hexadecimal digits; `-` for none.
    var salt: String

    init(behind dataSize: Int, of image: MountPieces.Image, _ linux: some Linux) throws(BootError) {
      let head = try must("read the hash tree of \(image.path)") { () throws(Errno) in
        let descriptor = try linux.open(image.path, .read)
        defer { linux.close(descriptor) }
        return try linux.read(descriptor, atMost: 512, at: dataSize)
      }
      guard dataSize % blockSize == 0, head.count == 512, head.starts(with: Array("verity\0\0".utf8)) else {
        throw BootError("the pieces image \(image.path) has no hash tree", hint: "mkarrowimg build --verity adds it")
      }
      // Version 1, hash type 1, `sha256`, blocks of 4096 bytes.
      let saltSize = Int(number(head[80..<82]))
      guard number(head[8..<12]) == 1, number(head[12..<16]) == 1,
        head[32..<64].prefix(while: { $0 != 0 }).elementsEqual("sha256".utf8),
        number(head[64..<68]) == blockSize, number(head[68..<72]) == blockSize,
        number(head[72..<80]) == dataSize / blockSize, saltSize <= 256
      else { throw BootError("the pieces image \(image.path) has a hash tree of another kind") }
      var salt = ""
      for byte in head[88..<88 + saltSize] { salt += hexText(byte) }
      self.salt = salt.utf8.isEmpty ? "-" : salt
      let needed = dataSize + blockSize * (1 + Self.blocks(over: dataSize / blockSize))
      if let size = image.size, size < needed {
        throw BootError("the hash tree of \(image.path) is cut short: \(size) of \(needed) bytes are there")
      }
    }

    /// The blocks of all levels over so many blocks of data.
    private static func blocks(over dataBlocks: Int) -> Int {
      let hashes = blockSize / hashSize
      var level = dataBlocks
      var total = 0
      while level > 1 {
        level = (level + hashes - 1) / hashes
        total += level
      }
      return total
    }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 & Int.max | Int($1) }
  }

  private static let hint = "the image is damaged, or arrow.verity is another image's: its own stands in image.json"

  private static func altered(_ error: BootError) -> BootError {
    var error = error
    error.message = "integrity: \(error.message)"
    error.hint = error.hint ?? hint
    return error
  }

  /// The error as it is; where it comes of altered pieces, that is what is told.
  static func explain(_ error: BootError, _ linux: some Linux) -> BootError {
    guard (try? linux.mappingStatus(name))?.hasSameBytes(as: "C") == true else { return error }
    var explained = error
    explained.message = "integrity: the pieces have been altered: \(error.message)"
    explained.hint = hint
    explained.code = ExitCode.failure
    return explained
  }

  /// An error when one of the kernel's messages says that altered pieces were read; all that wait are read.
  static func check(_ integrity: Integrity, _ linux: some Linux) -> BootError? {
    var problem: BootError?
    let key = Array("DM_VERITY_ERR_BLOCK_NR=".utf8)
    while let message = try? linux.read(integrity.descriptor, atMost: 4096), !message.isEmpty {
      guard let line = message.split(separator: 0).first(where: { $0.starts(with: key) }) else { continue }
      // TYPE,BLOCK: type 0 is data, 1 the tree.
      let block = String(decoding: line.dropFirst(key.count).drop { $0 != 0x2C }.dropFirst(), as: UTF8.self)
      problem = BootError("integrity: block \(block) of the pieces has been altered", hint: hint)
    }
    return problem
  }
}
