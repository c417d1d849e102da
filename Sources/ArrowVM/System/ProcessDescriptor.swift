import ArrowHost
import CHost
import Glibc

/// A pidfd: it can be read once the process has ended, and never means another process.
final class ProcessDescriptor: Sendable {
  let pid: pid_t
  /// For poll(2).
  let descriptor: Int32

  /// `program`: what the error calls the process.
  init(_ pid: pid_t, of program: String) throws {
    let descriptor = host_pidfd(pid)
    guard descriptor >= 0 else { throw HostError("cannot watch \(program): \(systemText(-descriptor))") }
    self.pid = pid
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// SIGKILL; nothing happens when it has ended.
  func kill() { _ = host_signal(descriptor, SIGKILL) }
}
