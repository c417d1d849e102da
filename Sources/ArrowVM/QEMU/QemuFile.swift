import Glibc

/// QEMU's own files in an instance's folder.
enum QemuFile {
  static let log = "qemu.log"
  static let pid = "qemu.pid"
  static let monitor = "qmp.sock"

  /// QEMU holds a lock on its pid file for as long as it lives. The lock names the process, so that a number that is
  /// left in the file is never taken for a process of today.
  static func lockHolder(of path: String) -> pid_t? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK), lock.l_pid > 0 else { return nil }
    return lock.l_pid
  }
}
