import ArrowHost
import CHost
import Glibc

/// A signal came while we waited for something else.
public struct Interrupted: Error {
  public var signal: Int32
}

/// Signals that are read one by one and interrupt nothing.
struct SignalDescriptor {
  let descriptor: Int32
  private var set = sigset_t()

  /// Takes the signals that ask a program to end. Call it before any other thread starts, so that no thread gets them.
  init() throws {
    sigemptyset(&set)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { sigaddset(&set, signal) }
    sigprocmask(SIG_BLOCK, &set, nil)
    descriptor = try checked("read signals") { [set] in
      withUnsafePointer(to: set) { signalfd(-1, $0, Int32(SFD_CLOEXEC | SFD_NONBLOCK)) }
    }
  }

  /// Takes the signal of a terminal's new size as well. Call it before other threads start, too.
  func addWindowChange() {
    var wider = set
    sigaddset(&wider, SIGWINCH)
    sigprocmask(SIG_BLOCK, &wider, nil)
    _ = signalfd(descriptor, &wider, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
  }

  func next() -> Int32? {
    var info = signalfd_siginfo()
    guard read(descriptor, &info, MemoryLayout<signalfd_siginfo>.size) > 0 else { return nil }
    return Int32(info.ssi_signo)
  }

  /// Waits until one of the descriptors can be read, and says which. Throws a signal that comes first.
  func wait(for descriptors: [Int32], before deadline: Deadline? = nil) throws -> [Bool] {
    let readable = poll(descriptors + [descriptor], before: deadline)
    if let signal = next() { throw Interrupted(signal: signal) }
    return readable.dropLast()
  }

  /// From now on the signals interrupt again.
  func release() {
    withUnsafePointer(to: set) { _ = sigprocmask(SIG_UNBLOCK, $0, nil) }
    close(descriptor)
  }
}
