import ArrowHost
import ArrowSpec
import CHost
import Glibc

// The end of an instance in its events: the guest's own word, for which there is always room, or ours.

extension Instance {
  /// Room for a guest's last words on a disk that fills up meanwhile, in bytes.
  private static let reserve: off_t = 64 * 1024

  /// Makes the file of the events, empty, with its room.
  func reserveEvents() throws {
    let path = path(InstanceFile.events)
    let file = try Files.open(path, O_WRONLY | O_CREAT, mode: 0o600)
    defer { close(file) }
    let result = host_reserve(file, Self.reserve)
    // Some file systems can't; some can, but have no room.
    if result == -ENOSPC || result == -EDQUOT { throw Files.failure("reserve room in \(path)", -result) }
  }

  /// The host's own word on an end that the guest could not tell: its VM was killed on demand.
  func recordKill() {
    guard events.exit == nil, let file = try? Files.open(path(InstanceFile.events), O_WRONLY | O_APPEND) else { return }
    defer { close(file) }
    let event = GuestEvent.exited(code: ExitCode.signaled(SIGKILL), signal: SIGKILL, reason: .stopped)
    // A line that the guest had begun ends here.
    try? Files.write([UInt8(ascii: "\n")] + event.line, to: file, path: InstanceFile.events)
  }
}
