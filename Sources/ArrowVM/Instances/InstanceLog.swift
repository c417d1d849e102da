import Glibc

/// One of the files that the guest's words are written to.
public enum InstanceStream: String, CaseIterable {
  case stdout, stderr, kernel, events

  var file: String {
    switch self {
    case .stdout: InstanceFile.stdout
    case .stderr: InstanceFile.stderr
    case .kernel: InstanceFile.kernelLog
    case .events: InstanceFile.events
    }
  }
}

/// What an instance has said so far, and goes on to say.
public struct InstanceLog {
  /// What a task may take from the start of its VM to its first words, in seconds: translated code starts slowly.
  static let patience = 15
  /// And once its port accepts.
  static let patienceOnceReady = 1.0

  private let instance: Instance
  private let files: [LogTail.File]

  /// Without a stream: the task's stdout and stderr, each on ours.
  public init(_ instance: Instance, _ stream: InstanceStream?, lastLines: Int? = nil) {
    self.instance = instance
    let streams: [(InstanceStream, Int32)]
    if let stream { streams = [(stream, 1)] } else { streams = [(.stdout, 1), (.stderr, 2)] }
    files = streams.map { stream, target in
      let file = LogTail.File(path: instance.path(stream.file), target: target)
      return lastLines.map { file.lastLines($0) } ?? file
    }
  }

  public func show(following: Bool) throws {
    let watch = try InstanceWatch(instance)
    let tail = LogTail(files)
    do {
      if following { return try tail.follow(watch) }
      try tail.copy()
      try waitForFirstWords(tail, watch)
    } catch is LogTail.ReaderGone {
      // `actrl logs | head`: no error.
    }
  }

  /// `actrl shoot X` and at once `actrl logs`: the VM has hardly begun.
  private func waitForFirstWords(_ tail: LogTail, _ watch: InstanceWatch) throws {
    guard let uptime = instance.uptime else { return try tail.copy() }
    let latest = Deadline.after(seconds: Double(max(Self.patience - uptime, 0)))
    var deadline = latest
    while !tail.hasCopied {
      if instance.events.isReady { deadline = min(latest, .after(seconds: Self.patienceOnceReady), deadline) }
      let happening = watch.next(before: deadline)
      try tail.copy()
      if happening != .grown || deadline.hasPassed { return }
    }
  }
}
