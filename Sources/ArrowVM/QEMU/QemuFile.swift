import ArrowHost
import Glibc

/// QEMU's own files in an instance's folder.
enum QemuFile {
  static let log = "qemu.log"
  static let pid = "qemu.pid"
  static let monitor = "qmp.sock"

  /// QEMU holds a lock on its pid file for as long as it lives. The lock names the process, so that a number that is
  /// left in the file is never taken for a process of today. The number is 0 for a process of another PID namespace.
  static func lockHolder(of path: String) -> pid_t? {
    guard let descriptor = try? Files.openFile(path) else { return nil }
    defer { close(descriptor) }
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return nil }
    return max(lock.l_pid, 0)
  }

  /// The processes of this user that are QEMU as actrl starts it, each with its working folder, an instance's. The
  /// kernel adds ` (deleted)` to a folder that is gone.
  static func processes() -> [(pid: pid_t, folder: String)] {
    entries(of: "/proc").compactMap { name in
      var status = stat()
      guard let pid = pid_t(name), stat("/proc/\(name)", &status) == 0, status.st_uid == geteuid(),
        let words = contents(of: "/proc/\(name)/cmdline", atMost: 1 << 20)?.split(separator: 0),
        let option = words.firstIndex(where: { $0.elementsEqual("-pidfile".utf8) }),
        words.dropFirst(option + 1).first?.elementsEqual(QemuFile.pid.utf8) == true
      else { return nil }
      return link("/proc/\(name)/cwd").map { (pid, $0) }
    }
  }

  /// What `process` has open under the name `path`, as a path of its own; also when that name is gone.
  static func openFile(of process: pid_t, named path: String) -> String? {
    let folder = "/proc/\(process)/fd"
    let name = entries(of: folder).first { link("\(folder)/\($0)").map { $0 == path || $0 == path + gone } ?? false }
    return name.map { "\(folder)/\($0)" }
  }

  static let gone = " (deleted)"

  private static func link(_ path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes { readlink(path, $0.baseAddress!, $0.count) }
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }
}
