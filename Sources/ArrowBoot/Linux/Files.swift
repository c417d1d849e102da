import ArrowSpec

// What the boot does with files, made of system calls.

extension Linux {
  /// The whole file. A file that is longer than `limit` bytes is cut there.
  func contents(of path: String, limit: Int = 4096) throws(Errno) -> [UInt8] {
    let descriptor = try open(path, .read)
    defer { close(descriptor) }
    var contents: [UInt8] = []
    while contents.count < limit {
      let chunk = try read(descriptor, atMost: limit - contents.count)
      if chunk.isEmpty { break }
      if contents.isEmpty { contents = chunk } else { contents += chunk }
    }
    return contents
  }

  /// The first line of a file in /sys or /proc.
  func line(of path: String) throws(Errno) -> String {
    let contents = try contents(of: path)
    return String(decoding: contents.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  func write(_ text: String, into path: String, _ flags: OpenFlags = .write) throws(Errno) {
    let descriptor = try open(path, flags)
    defer { close(descriptor) }
    try writeAll(Array(text.utf8), to: descriptor)
  }

  func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(Errno) {
    var rest = bytes[...]
    while !rest.isEmpty { rest = rest.dropFirst(try write(rest, to: descriptor)) }
  }

  /// Throws where the kernel answers neither yes nor no.
  func exists(_ path: String) throws(Errno) -> Bool {
    do {
      _ = try fileMode(path)
      return true
    } catch {
      if error == .noEntry || error == .notFolder { return false }
      throw error
    }
  }

  /// The names in a folder; none where the folder does not exist.
  func namesIfAny(in folder: String) throws(Errno) -> [String] {
    do {
      return try names(in: folder)
    } catch {
      if error == .noEntry { return [] }
      throw error
    }
  }

  /// Whether the disk (`vda`) has this serial number.
  func hasSerial(_ serial: String, disk: String) -> Bool {
    (try? line(of: "/sys/block/\(disk)/serial"))?.hasSameBytes(as: serial) ?? false
  }

  /// Makes the folder where it does not exist yet.
  func ensureFolder(_ path: String, mode: UInt32 = 0o755) throws(Errno) {
    try tolerating(.exists, because: "the initrd or the image may bring it", makeFolder(path, mode: mode))
  }
}
