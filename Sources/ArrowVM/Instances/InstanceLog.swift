import ArrowHost
import Glibc

/// One of the files that hold the guest's output.
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

/// The output of an instance, so far and, if wanted, as it comes.
public struct InstanceLog {
  /// How long a task may take from the start of its VM to its first output, in seconds. Under TCG it starts slowly.
  static let patience = 15
  /// The same, once its port accepts.
  static let patienceOnceReady = 1.0

  private let instance: Instance
  private let files: [LogTail.File]

  /// Without a stream: the task's stdout on our stdout, its stderr on our stderr.
  public init(_ instance: Instance, _ stream: InstanceStream?, lastLines: Int? = nil) {
    self.instance = instance
    let streams: [(InstanceStream, Int32)]
    if let stream { streams = [(stream, 1)] } else { streams = [(.stdout, 1), (.stderr, 2)] }
    files = streams.map { stream, target in
      .init(name: stream.file, target: target, start: lastLines.map { .lastLines($0) } ?? .beginning)
    }
  }

  /// An error says what of the log can't be shown, or was never written.
  public func show(following: Bool) throws {
    surviveBrokenPipes()
    do {
      let watch = InstanceWatch(instance)
      let tail = try LogTail(files, in: instance.folder)
      if following { try tail.follow(watch) } else { try show(tail, watch) }
      if instance.isOver { try tail.requireAll() }
    } catch let gone as LogTail.ReaderGone {
      // `actrl logs | head`: no error.
      if let error = gone.error("the log of \(instance.name)") { throw error }
      return
    }
    let lost = instance.lostOutput.filter { lost in files.contains { $0.name == lost.file } }
    if !lost.isEmpty { throw instance.failure(ofLost: lost) }
  }

  private func show(_ tail: LogTail, _ watch: InstanceWatch) throws {
    try tail.copy()
    try waitForFirstWords(tail, watch)
  }

  /// For `actrl shoot X` with `actrl logs` right behind it: the VM has hardly started.
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
