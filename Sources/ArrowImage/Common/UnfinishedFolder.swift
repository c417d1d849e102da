import ArrowHost
import Glibc
import Synchronization

/// The folder that is being made, of which nothing stays when the program is ended by a signal.
public enum UnfinishedFolder {
  /// The folder that a signal has to take away.
  private static let current = Mutex<WholeFolder?>(nil)

  static func begin(_ target: String, onWait: () -> Void) throws(HostError) -> WholeFolder {
    let folder = try WholeFolder(beside: target, onWait: onWait)
    current.withLock { $0 = folder }
    return folder
  }

  static func end(_ folder: WholeFolder) {
    current.withLock { $0 = nil }
    folder.discard()
  }

  /// Written once, before there is a second thread.
  nonisolated(unsafe) private static var waiter = pthread_t()

  /// From now on SIGINT, SIGTERM and SIGHUP end the program as ever, but take the unfinished folder away first.
  ///
  /// This must be called before the program has a second thread, because threads inherit which signals are blocked. The
  /// thread that called it then waits in ``waitForSignals(_:)``. Swift's concurrency can't do the waiting: its main
  /// thread, when idle, lets every signal in. SIGXFSZ is ignored, so that write(2) fails for a file that is too large
  /// and the error names it.
  public static func holdSignals() -> sigset_t {
    signal(SIGXFSZ, SIG_IGN)
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) { sigaddset(&signals, number) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    // A library's thread may let them in while it starts a child. The handler there passes them on to the waiting
    // thread.
    waiter = pthread_self()
    for number in [SIGINT, SIGTERM, SIGHUP] where sigismember(&signals, number) == 1 {
      signal(number) { pthread_kill(UnfinishedFolder.waiter, $0) }
    }
    return signals
  }

  /// A signal that nohup or a shell ignores for its background jobs stays ignored.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  public static func waitForSignals(_ held: sigset_t) -> Never {
    var signals = held
    var number: Int32 = 0
    // Where all of them are ignored this waits until the work is done and exits.
    while sigwait(&signals, &number) != 0 { pause() }
    while true {
      current.withLock { folder in
        folder?.discard()
        // The shell is to see which signal ended us: the exit code 128+n comes from it. The lock is still held, so that
        // the work, whose files vanish, has no time left to report an error about that.
        signal(number, SIG_DFL)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        kill(getpid(), number)
      }
    }
  }
}
