import CArchive

/// An initrd: a cpio archive in the kernel's format, `newc`
/// (Documentation/driver-api/early-userspace/buffer-format.rst).
///
/// The same entries give the same bytes: owner and group are root, times are 0, inodes count from 1, and the entries
/// are in the caller's order. The kernel unpacks several archives one behind the other, so ``bytes(of:)`` can be
/// appended to an initrd as it is.
public enum CpioArchive {
  public struct Entry {
    enum Kind {
      case directory
      case file([UInt8])
      case characterDevice(major: Int, minor: Int)
    }

    /// From the root of the initrd; a leading `/` is dropped.
    var path: String
    var mode: UInt16
    var kind: Kind

    /// A folder; it must stand before what is in it, and its parents before it.
    public static func directory(_ path: String, mode: UInt16 = 0o755) -> Entry {
      Entry(path: path, mode: mode, kind: .directory)
    }

    public static func file(_ path: String, contents: [UInt8], mode: UInt16 = 0o644) -> Entry {
      Entry(path: path, mode: mode, kind: .file(contents))
    }

    public static func characterDevice(_ path: String, major: Int, minor: Int, mode: UInt16) -> Entry {
      Entry(path: path, mode: mode, kind: .characterDevice(major: major, minor: minor))
    }
  }

  /// The archive, a multiple of 512 bytes long.
  public static func bytes(of entries: [Entry]) throws(HostError) -> [UInt8] {
    let archive = archive_write_new()
    defer { archive_write_free(archive) }
    var buffer = [UInt8](repeating: 0, count: entries.reduce(1024) { $0 + $1.roomNeeded })
    var used = 0
    try check(archive_write_set_format_cpio_newc(archive), archive)
    try check(archive_write_set_bytes_per_block(archive, 512), archive)
    try check(archive_write_set_bytes_in_last_block(archive, 512), archive)
    // libarchive keeps both pointers until it closes the archive.
    let error = buffer.withUnsafeMutableBytes { memory -> HostError? in
      withUnsafeMutablePointer(to: &used) { used -> HostError? in
        do throws(HostError) {
          try check(archive_write_open_memory(archive, memory.baseAddress, memory.count, used), archive)
          for (index, entry) in entries.enumerated() { try write(entry, inode: index + 1, archive) }
          try check(archive_write_close(archive), archive)
          return nil
        } catch {
          return error
        }
      }
    }
    if let error { throw error }
    return Array(buffer.prefix(used))
  }

  private static func write(_ entry: Entry, inode: Int, _ archive: OpaquePointer?) throws(HostError) {
    let header = archive_entry_new()
    defer { archive_entry_free(header) }
    archive_entry_set_pathname(header, entry.path.hasPrefix("/") ? String(entry.path.dropFirst()) : entry.path)
    archive_entry_set_ino64(header, Int64(inode))
    archive_entry_set_mtime(header, 0, 0)
    archive_entry_set_perm(header, mode_t(entry.mode))
    archive_entry_set_size(header, 0)
    switch entry.kind {
    case .directory:
      archive_entry_set_filetype(header, 0o040000)
      archive_entry_set_nlink(header, 2)
    case .file(let contents):
      archive_entry_set_filetype(header, 0o100000)
      archive_entry_set_nlink(header, 1)
      archive_entry_set_size(header, Int64(contents.count))
    case .characterDevice(let major, let minor):
      archive_entry_set_filetype(header, 0o020000)
      archive_entry_set_nlink(header, 1)
      archive_entry_set_rdevmajor(header, dev_t(major))
      archive_entry_set_rdevminor(header, dev_t(minor))
    }
    try check(archive_write_header(archive, header), archive)
    if case .file(let contents) = entry.kind {
      guard archive_write_data(archive, contents, contents.count) == contents.count else {
        throw failure(archive)
      }
    }
  }

  private static func check(_ result: Int32, _ archive: OpaquePointer?) throws(HostError) {
    if result != ARCHIVE_OK { throw failure(archive) }
  }

  private static func failure(_ archive: OpaquePointer?) -> HostError {
    HostError("cannot make the initrd's archive: \(archive_error_string(archive).map { String(cString: $0) } ?? "?")")
  }
}

extension CpioArchive.Entry {
  /// The header's 110 bytes, the name with its NUL and the contents, each padded to 4 bytes; rounded up.
  fileprivate var roomNeeded: Int {
    let size = if case .file(let contents) = kind { contents.count } else { 0 }
    return 128 + path.utf8.count + size
  }
}
