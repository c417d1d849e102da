import ArrowHost
import ArrowSpec
import CHost
import Glibc

// The end of an instance in its events: the guest reports it, and there is always room for that; else the host does.

extension Instance {
  /// Room for a guest's last events on a disk that fills up meanwhile, in bytes.
  private static let reserve: off_t = 64 * 1024

  /// Makes the empty file of the events and reserves its room.
  func reserveEvents() throws {
    let path = path(InstanceFile.events)
    let file = try Files.open(path, O_WRONLY | O_CREAT | O_NONBLOCK, mode: 0o600)
    defer { close(file) }
    let result = host_reserve(file, Self.reserve)
    // Some file systems can't reserve room: go on without. Others can, but have none: that is an error.
    if result == -ENOSPC || result == -EDQUOT { throw Files.failure("reserve room in \(path)", -result) }
  }

  /// Writes the end that the guest could not report, because its VM was killed on demand.
  func recordKill() {
    guard events.exit == nil, let file = try? Files.open(path(InstanceFile.events), O_WRONLY | O_APPEND | O_NONBLOCK)
    else { return }
    defer { close(file) }
    let event = GuestEvent.exited(code: ExitCode.signaled(SIGKILL), signal: SIGKILL, reason: .stopped)
    // The newline ends a line that the guest had begun.
    try? Files.write([UInt8(ascii: "\n")] + event.line, to: file, path: InstanceFile.events)
  }
}
