import ArrowHost
import CHost
import Glibc

/// Signals that are read one by one instead of interrupting.
struct SignalDescriptor {
  let descriptor: Int32

  /// Before any other thread starts, so that none takes them.
  init(_ signals: [Int32]) throws {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    sigprocmask(SIG_BLOCK, &set, nil)
    descriptor = try checked("read signals") { [set] in
      withUnsafePointer(to: set) { signalfd(-1, $0, Int32(SFD_CLOEXEC | SFD_NONBLOCK)) }
    }
  }

  func next() -> Int32? {
    var info = signalfd_siginfo()
    guard read(descriptor, &info, MemoryLayout<signalfd_siginfo>.size) > 0 else { return nil }
    return Int32(info.ssi_signo)
  }
}
