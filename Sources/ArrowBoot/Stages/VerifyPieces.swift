import ArrowSpec

/// Checks the pieces image before it is mounted. Where the command line has a root hash, dm-verity checks every block
/// that is read from then on: a block is what the hash stands for, or reading it is an error.
///
/// The hash tree lies behind the file system, in veritysetup's format (Documentation/admin-guide/device-mapper/verity).
enum VerifyPieces {
  private static let blockSize = 4096
  private static let hashSize = 32

  /// The device to mount, and what tells of altered blocks later; `nil` where there is no root hash.
  static func verify(
    _ image: PiecesImage, rootHash: String?, _ linux: some Linux
  ) throws(BootError) -> (device: String, integrity: PiecesIntegrity?) {
    if let rootHash { return try map(image, rootHash: rootHash, linux) }
    _ = try image.check(linux)
    return (image.path, nil)
  }

  private static func map(
    _ image: PiecesImage, rootHash: String, _ linux: some Linux
  ) throws(BootError) -> (device: String, integrity: PiecesIntegrity?) {
    guard image.isDisk else {
      throw BootError("arrow.verity needs a disk, and the pieces image \(image.path) is a file")
    }
    let parameters: String
    let dataSize: Int
    do throws(BootError) {
      dataSize = try image.check(linux)
      let tree = try HashTree(behind: dataSize, of: image, linux)
      // Version 1: the salt comes first. The kernel takes data and tree from one disk.
      let disk = image.path
      let geometry = "\(blockSize) \(blockSize) \(dataSize / blockSize) \(dataSize / blockSize + 1)"
      parameters = "1 \(disk) \(disk) \(geometry) sha256 \(rootHash) \(tree.salt)"
    } catch {
      throw altered(error)
    }
    // Before anything is read through it, so that no message is missed.
    let events = try must("listen for news of the pieces' integrity", linux.openDeviceEvents())
    let name = PiecesIntegrity.mapping
    let minor = try must("map the pieces image through dm-verity") { () throws(Errno) in
      let minor = try linux.createMapping(name)
      try linux.loadMapping(name, sectors: UInt64(dataSize / 512), target: "verity", parameters: parameters)
      try linux.resumeMapping(name)
      return minor
    }
    return ("/dev/dm-\(minor)", PiecesIntegrity(events))
  }

  /// What veritysetup's superblock says. Only what mkarrowimg writes is accepted.
  private struct HashTree {
    /// In hexadecimal digits; `-` where there is none.
    var salt: String

    init(behind dataSize: Int, of image: PiecesImage, _ linux: some Linux) throws(BootError) {
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

    /// The number of blocks in all levels of the tree over so many blocks of data.
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

  /// Little-endian.
  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 & Int.max | Int($1) }
  }

  private static func altered(_ error: BootError) -> BootError {
    var error = error
    error.message = "integrity: \(error.message)"
    error.hint = error.hint ?? PiecesIntegrity.hint
    return error
  }
}
