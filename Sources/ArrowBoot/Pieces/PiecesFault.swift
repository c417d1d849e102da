import ArrowSpec

/// What the kernel has logged about pieces that it could not read. Without dm-verity it notices some damage only, and
/// the task that reads it gets an error or a signal.
enum PiecesFault {
  /// In bytes: a record of /dev/kmsg is never longer (Documentation/ABI/testing/dev-kmsg).
  private static let recordSize = 2048
  /// More records than the kernel's log holds.
  private static let mostRecords = 4096

  /// `nil` where the log has nothing. Without a `disk` (`/dev/vda`) errors of disks do not count.
  static func find(on disk: String?, _ linux: some Linux) -> BootError? {
    guard let log = try? linux.open("/dev/kmsg", [.read, .nonBlocking]) else { return nil }
    defer { linux.close(log) }
    for _ in 0..<mostRecords {
      do throws(Errno) {
        let record = try linux.read(log, atMost: recordSize)
        if record.isEmpty { return nil }
        guard let said = message(of: record), isFault(said, on: disk) else { continue }
        let what = disk.map { "the pieces image \($0)" } ?? "the pieces image"
        // All in one line: an event has no hint.
        return BootError(
          "\(what) can't be read: the kernel says \"\(String(decoding: said, as: UTF8.self))\"; build it anew, best with "
            + "mkarrowimg build --verity, so that every altered byte is noticed")
      } catch {
        // The next record was overwritten meanwhile.
        if error != .brokenPipe { return nil }
      }
    }
    return nil
  }

  /// The text of `PRIORITY,NUMBER,TIME,FLAGS;TEXT`, where it is an error of the kernel itself.
  private static func message(of record: [UInt8]) -> ArraySlice<UInt8>? {
    guard let start = record.firstIndex(of: UInt8(ascii: ";")),
      let priority = decimal(record.prefix { $0 != UInt8(ascii: ",") }), priority <= 3
    else { return nil }
    return record[(start + 1)...].prefix { $0 != UInt8(ascii: "\n") }
  }

  /// `erofs: (device vda): …`, or `I/O error, dev vda, sector …`. No memory left is no fault of the pieces.
  private static func isFault(_ said: ArraySlice<UInt8>, on disk: String?) -> Bool {
    if said.starts(with: "erofs: ".utf8) { return !said.has(" -12 ") && !said.has("readahead error") }
    guard let disk, let dev = said.position(behind: " error, dev ") else { return false }
    // Errors are the whole disk's, where the pieces may be a partition of it.
    let name = said[dev...].prefix { $0 != UInt8(ascii: ",") }
    return !name.isEmpty && disk.utf8.dropFirst("/dev/".utf8.count).starts(with: name)
  }
}

extension ArraySlice<UInt8> {
  fileprivate func has(_ text: StaticString) -> Bool { position(behind: text) != nil }

  fileprivate func position(behind text: StaticString) -> Int? {
    let text = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    return indices.first { self[$0...].starts(with: text) }.map { $0 + text.count }
  }
}
