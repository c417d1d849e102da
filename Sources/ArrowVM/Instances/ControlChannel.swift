import ArrowHost
import ArrowSpec
import Glibc

/// The named pipe that leads to the guest's `org.arrow.control`.
struct ControlChannel {
  let path: String

  /// Writes a line into the pipe; the guest reads it once it has booted. `false` when no VM holds the other end, or where
  /// something else stands in the pipe's place.
  func send(_ command: ControlCommand) -> Bool {
    let descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else { return false }
    surviveBrokenPipes()
    // Shorter than PIPE_BUF: lines of several senders don't mix. A full pipe holds a hundred commands already.
    return command.line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == command.line.count
  }
}
