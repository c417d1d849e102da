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

  /// What does not end a program: no one can take these, or they do nothing, or they stop and continue it.
  private static let harmless: Set<Int32> = [
    SIGKILL, SIGSTOP, SIGCHLD, SIGCONT, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGWINCH, SIGPIPE, SIGXFSZ,
  ]
  /// A bug's own: the program ends with them, and its VM with it.
  private static let faults: Set<Int32> = [SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV]
  /// glibc keeps the first two for itself.
  private static let realTime = Int32(34)...64

  /// Whether programs give the signal a meaning of their own: it is for the task.
  static func isForTask(_ signal: Int32) -> Bool {
    signal == SIGUSR1 || signal == SIGUSR2 || realTime.contains(signal)
  }

  /// Takes the signals that would end this program. Call it before any other thread starts, so that no thread gets them.
  init() throws {
    sigemptyset(&set)
    for signal in Array(1..<32) + Array(Self.realTime) where !Self.harmless.union(Self.faults).contains(signal) {
      sigaddset(&set, signal)
    }
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
