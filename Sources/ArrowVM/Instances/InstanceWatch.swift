import ArrowHost
import CHost
import Glibc

/// Waits for what happens to an instance: its files grow, its process ends. Never by asking again and again.
final class InstanceWatch {
  enum Happening { case grown, ended, timedOut }

  private let notifier: Int32
  /// A pidfd; -1 when the process had ended before we looked.
  private let process: Int32
  private let ownsProcess: Bool

  convenience init(_ instance: Instance) throws {
    try self.init(instance, process: instance.openProcess() ?? -1, ownsProcess: true)
  }

  /// `process`: a pidfd of the caller's.
  convenience init(_ instance: Instance, process: Int32) throws {
    try self.init(instance, process: process, ownsProcess: false)
  }

  private init(_ instance: Instance, process: Int32, ownsProcess: Bool) throws {
    self.process = process
    self.ownsProcess = ownsProcess
    let notifier = try checked("watch \(instance.folder)") { inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK)) }
    self.notifier = notifier
    try checked("watch \(instance.folder)") {
      inotify_add_watch(notifier, instance.folder, UInt32(IN_MODIFY | IN_CREATE))
    }
  }

  deinit {
    close(notifier)
    if ownsProcess, process >= 0 { close(process) }
  }

  func next(before deadline: Deadline? = nil) -> Happening {
    guard process >= 0 else { return .ended }
    let readable = poll([process, notifier], before: deadline)
    if readable[1] {
      drain()
      return .grown
    }
    return readable[0] ? .ended : .timedOut
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

extension Instance {
  /// A pidfd of the instance's QEMU, if it lives.
  func openProcess() -> Int32? {
    guard let pid = processIdentifier else { return nil }
    let descriptor = host_pidfd(pid)
    // Asked again: between the two it could have become another's.
    if descriptor >= 0, processIdentifier == pid { return descriptor }
    if descriptor >= 0 { close(descriptor) }
    return nil
  }
}
