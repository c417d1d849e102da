import ArrowHost
import CHost
import Glibc

/// Waits for what happens to an instance: its files grow, its process ends. Never by asking again and again.
final class InstanceWatch {
  enum Happening { case grown, ended, timedOut }

  private let notifier: Int32
  /// Readable once the process has ended; -1 when it had before we looked.
  private let process: Int32

  /// `pid`: of a child of ours, which stays there until we take its status.
  init(_ instance: Instance, pid: pid_t? = nil) throws {
    notifier = try checked("watch \(instance.folder)") { inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK)) }
    try checked("watch \(instance.folder)") { [notifier] in
      inotify_add_watch(notifier, instance.folder, UInt32(IN_MODIFY | IN_CREATE))
    }
    process = pid.map { host_pidfd($0) } ?? Self.descriptor(of: instance)
  }

  deinit {
    close(notifier)
    if process >= 0 { close(process) }
  }

  /// The pid is asked for again behind the pidfd: between the two it could have become another's.
  private static func descriptor(of instance: Instance) -> Int32 {
    guard let pid = instance.processIdentifier else { return -1 }
    let descriptor = host_pidfd(pid)
    if descriptor >= 0, instance.processIdentifier != pid {
      close(descriptor)
      return -1
    }
    return descriptor
  }

  func next(before deadline: Deadline? = nil) -> Happening {
    guard process >= 0 else { return .ended }
    while true {
      var entries = [
        pollfd(fd: process, events: Int16(POLLIN), revents: 0), pollfd(fd: notifier, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&entries, 2, deadline?.milliseconds ?? -1)
      if count < 0, errno == EINTR { continue }
      if count == 0 { return .timedOut }
      if entries[1].revents != 0 {
        drain()
        return .grown
      }
      return .ended
    }
  }

  /// Whether the process ended before the deadline.
  func waitForEnd(before deadline: Deadline) -> Bool {
    while true {
      switch next(before: deadline) {
      case .ended: return true
      case .timedOut: return false
      case .grown: if deadline.hasPassed { return false }
      }
    }
  }

  private func drain() {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while read(notifier, &buffer, buffer.count) > 0 {}
  }
}
