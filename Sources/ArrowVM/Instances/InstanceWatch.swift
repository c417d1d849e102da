import ArrowHost
import Glibc

/// Waits until an instance's files grow or its process ends; without polling, where the host lets us.
final class InstanceWatch {
  enum Happening { case grown, ended, timedOut }

  /// How often the files are looked at where nothing tells that they grow, in seconds.
  private static let pause = 0.1

  /// inotify(7); -1 where there is none, because the folder is another user's or this one has no more of them (128, and
  /// each ``Keeper`` has one). What is to be stopped must not depend on it.
  private let notifier: Int32
  /// `nil` when the process had ended before we looked.
  private let process: ProcessDescriptor?

  convenience init(_ instance: Instance) { self.init(instance, process: instance.process) }

  init(_ instance: Instance, process: ProcessDescriptor?) {
    self.process = process
    // A folder that is gone still is the working folder of its VM's process.
    notifier = Self.notifier(of: instance.stray.map { "/proc/\($0)/cwd" } ?? instance.folder)
  }

  deinit { if notifier >= 0 { close(notifier) } }

  private static func notifier(of folder: String) -> Int32 {
    let notifier = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
    if notifier >= 0, inotify_add_watch(notifier, folder, UInt32(IN_MODIFY | IN_CREATE)) < 0 {
      close(notifier)
      return -1
    }
    return notifier
  }

  func next(before deadline: Deadline? = nil) -> Happening {
    guard let process else { return .ended }
    if notifier < 0 { return look(at: process, before: deadline) }
    let readable = poll([process.descriptor, notifier], before: deadline)
    if readable[1] {
      drain()
      return .grown
    }
    return readable[0] ? .ended : .timedOut
  }

  private func look(at process: ProcessDescriptor, before deadline: Deadline?) -> Happening {
    let pause = Deadline.after(seconds: Self.pause)
    if poll([process.descriptor], before: deadline.map { min($0, pause) } ?? pause)[0] { return .ended }
    return deadline?.hasPassed == true ? .timedOut : .grown
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
