import ArrowHost
import Glibc
import Synchronization

/// The image folder that is being made: what it may replace, and that nothing of it stays when the build is broken off.
public enum OutputFolder {
  /// Refuses an output that is there and is not an image, or that lies in the pieces.
  static func check(_ output: String, outside pieces: String) throws(HostError) {
    let (parent, _) = Files.split(output)
    guard let parentPath = absolute(parent) else {
      throw HostError("cannot write \(output): there is no folder \(parent)", hint: "make it: mkdir -p \(parent)")
    }
    if let piecesPath = absolute(pieces), parentPath == piecesPath || parentPath.hasPrefix(piecesPath + "/") {
      throw HostError(
        "the output \(output) lies in the pieces folder \(pieces)", hint: "give -o a folder beside the pieces")
    }
    guard let status = try Files.status(of: output) else { return }
    let what: String
    switch status.st_mode & S_IFMT {
    case S_IFLNK: what = "is a symbolic link"
    case S_IFDIR:
      let names = try Files.names(in: output).map { String(decoding: $0, as: UTF8.self) }
      let foreign = names.first { !ImageManifest.fileNames.contains($0) }
      if foreign == nil && (names.isEmpty || names.contains(ImageManifest.fileName)) { return }
      what = foreign.map { "holds more than an Arrow image: \($0)" } ?? "is a folder that is not an Arrow image"
    default: what = "is a file"
    }
    throw HostError(
      "the output \(output) \(what); it is left as it is", hint: "remove it, or give -o another name")
  }

  private static func absolute(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The folder that a signal has to take away.
  private static let current = Mutex<WholeFolder?>(nil)

  static func begin(_ output: String, onWait: () -> Void) throws(HostError) -> WholeFolder {
    let folder = try WholeFolder(beside: output, onWait: onWait)
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
  /// To be called before the program has a second thread, because threads inherit what is blocked; the one that called
  /// it then waits in ``waitForSignals(_:)``. It must not be left to Swift's concurrency: its main thread, when idle,
  /// lets every signal in. SIGXFSZ is ignored, so that a file too large is an error of write(2) with a name to it.
  public static func holdSignals() -> sigset_t {
    signal(SIGXFSZ, SIG_IGN)
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) { sigaddset(&signals, number) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    // A library's thread may let them in all the same, while it starts a child: there they are passed on to the waiting one.
    waiter = pthread_self()
    for number in [SIGINT, SIGTERM, SIGHUP] where sigismember(&signals, number) == 1 {
      signal(number) { pthread_kill(OutputFolder.waiter, $0) }
    }
    return signals
  }

  /// As nohup and a shell's background jobs have it: then it stays so.
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
        // The shell is to see what ended us (the exit code 128+n comes of that). The lock is still held, so that the
        // build, whose files vanish under it, has no time left to call that an error.
        signal(number, SIG_DFL)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        kill(getpid(), number)
      }
    }
  }
}
