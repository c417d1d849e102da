import ArrowHost
import CHost
import Glibc

/// Keeps an instance's files from filling the disk: what is oldest, in files with something to keep at their beginning
/// what is in the middle, is given back to the disk as a hole. The VM's program goes on appending and notices nothing.
final class LogBounds {
  private final class Bound {
    let descriptor: Int32
    /// Where the hole begins that was made, and where it ends.
    let head: off_t
    var end: off_t
    /// How many bytes are kept behind it; `nil`: all.
    let size: off_t?

    init?(_ path: String, head: off_t, size: off_t?) {
      descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
      self.head = head
      end = head
      self.size = size
      if descriptor < 0 { return nil }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Whole blocks of any file system: the rest of one would become zeros, and no hole.
    private static let block: off_t = 64 * 1024

    /// Keeps no more than the last `size` bytes, but all from `position` on.
    func keep(_ size: off_t, from position: off_t = .max) {
      let surplus = max(length - size, 0) + Self.block - 1
      let end = min(surplus, position) / Self.block * Self.block
      if end > self.end, host_punch(descriptor, self.end, end - self.end) == 0 { self.end = end }
    }

    private var length: off_t {
      var status = stat()
      return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? status.st_size : 0
    }

    /// Makes a hole when there is more than `size`, and a little larger: not for each byte that comes.
    func apply() {
      if let size, length - end > size { keep(size - size / 8) }
    }

    /// The room on its disk, in bytes.
    var free: off_t {
      var status = statvfs()
      return fstatvfs(descriptor, &status) == 0 ? off_t(status.f_bavail * status.f_frsize) : .max
    }
  }

  /// By the file's name.
  private var bounds: [String: Bound] = [:]

  /// The first events, and what the kernel said at first: as much as ``EventLog`` reads of it. In bytes.
  private static let head = off_t(EventLog.window)
  /// Of a channel that is no stream of the task. In bytes.
  private static let channelSize: off_t = 4 << 20

  init(_ instance: Instance) {
    let size = instance.record.logSize == 0 ? nil : off_t(instance.record.logSize)
    for name in [InstanceFile.stdout, InstanceFile.stderr] {
      bounds[name] = Bound(instance.path(name), head: 0, size: size)
    }
    for name in [InstanceFile.events, InstanceFile.kernelLog, instance.hypervisor.logFile] {
      bounds[name] = Bound(instance.path(name), head: Self.head, size: Self.channelSize)
    }
  }

  /// Bounds all files but those that somebody copies.
  func apply(except copied: [String] = []) {
    for (name, bound) in bounds where !copied.contains(name) { bound.apply() }
  }

  /// Bounds a file that has been copied up to `position`: to its size, and where the disk is short of room, to what is
  /// left there. What has not been copied stays.
  func apply(to name: String, copied position: off_t) {
    guard let bound = bounds[name] else { return }
    bound.keep(min(bound.size ?? .max, bound.free), from: position)
  }
}

extension Instance {
  /// Makes the empty files of the task's output. A VM's program appends to what is there.
  func makeLogs() throws {
    for name in [InstanceFile.stdout, InstanceFile.stderr, InstanceFile.kernelLog] {
      close(try Files.open(path(name), O_WRONLY | O_CREAT, mode: 0o600))
    }
  }

  /// What a person should know about the bounds of its logs; `nil` when all is as asked for.
  public func warning(ofLogSize wanted: Int) -> String? {
    if record.logSize < wanted {
      return "its logs are bounded to \(LogSize.text(record.logSize)) each: there is little room in \(folder)"
    }
    guard wanted > 0, let file = try? Files.open(path(InstanceFile.stdout), O_WRONLY) else { return nil }
    defer { close(file) }
    // Far beyond its end there is nothing to be lost.
    guard host_punch(file, 1 << 40, 1 << 16) == -EOPNOTSUPP else { return nil }
    return "its logs are not bounded: the file system of \(folder) can't give back a part of a file"
  }
}
