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

  /// From now on SIGINT, SIGTERM and SIGHUP end the program as ever, but take the unfinished folder away first.
  ///
  /// To be called before the program has a second thread: threads inherit the blocked signals, and one alone waits for
  /// them. SIGXFSZ is ignored, so that a file too large is an error of write(2) with a name to it.
  public static func removeOnSignals() {
    signal(SIGXFSZ, SIG_IGN)
    var signals = endingSignals()
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    var thread = pthread_t()
    pthread_create(&thread, nil, { _ in OutputFolder.waitForSignal() }, nil)
  }

  private static func endingSignals() -> sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
    return signals
  }

  private static func waitForSignal() -> UnsafeMutableRawPointer? {
    var signals = endingSignals()
    var number: Int32 = 0
    sigwait(&signals, &number)
    current.withLock { $0?.discard() }
    // The shell is to see what ended us (the exit code 128+n comes of that).
    signal(number, SIG_DFL)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    kill(getpid(), number)
    return nil
  }
}
