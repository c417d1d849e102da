import ArrowHost
import Glibc

/// Waits until an instance's files grow or its process ends, without polling.
final class InstanceWatch {
  enum Happening { case grown, ended, timedOut }

  private let notifier: Int32
  /// `nil` when the process had ended before we looked.
  private let process: ProcessDescriptor?

  convenience init(_ instance: Instance) throws { try self.init(instance, process: instance.process) }

  init(_ instance: Instance, process: ProcessDescriptor?) throws {
    self.process = process
    let notifier = try checked("watch \(instance.folder)") { inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK)) }
    self.notifier = notifier
    // A folder that is gone still is the working folder of its VM's process.
    let folder = instance.stray.map { "/proc/\($0)/cwd" } ?? instance.folder
    if inotify_add_watch(notifier, folder, UInt32(IN_MODIFY | IN_CREATE)) < 0, errno != ENOENT {
      throw Files.failure("watch \(instance.folder)")
    }
  }

  deinit { close(notifier) }

  func next(before deadline: Deadline? = nil) -> Happening {
    guard let process else { return .ended }
    let readable = poll([process.descriptor, notifier], before: deadline)
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
