import ArrowSpec

/// How the task comes to its end: by itself, because it is asked to stop, or by SIGKILL when it takes too long. What it
/// leaves behind ends in the same way.
struct TaskEnding {
  private let stop: Spec.Stop
  /// Whether somebody has asked for an end for good: no restart policy goes on after it. That is never taken back.
  private(set) var isFinal = false
  /// Whether the task's time to end is running, or over.
  private var isStopping = false
  /// When everything that still runs is killed, or when the pause before a restart is over. By ``Linux/now()``.
  private(set) var deadline: UInt64?
  /// The task's process id; 0 while none runs.
  private var task: Int32 = 0
  /// How the task ended; what it left behind may still run.
  private var end: TaskEnd?
  private var isKilled = false
  /// Whether altered pieces have been read. The task goes no further then.
  private var isAltered = false
  private var outOfMemoryKills = 0

  /// How long SIGKILL may take, in ms. A process that waits for a device which does not answer never ends.
  private static let lastPatience: UInt64 = 5000

  /// What ``reap(_:)`` has found.
  enum Child {
    /// The task has ended; its wait status.
    case task(Int32)
    /// No other child has ended yet.
    case running
    /// Every process is gone.
    case none
  }

  init(_ stop: Spec.Stop) { self.stop = stop }

  /// The task runs.
  mutating func begin(_ pid: Int32) {
    task = pid
    end = nil
    deadline = nil
    isKilled = false
  }

  /// No task runs for so many ms.
  mutating func pause(for time: UInt64, _ linux: some Linux) {
    task = 0
    deadline = linux.now() + time
  }

  /// Whether the pause goes on. An end for good ends it at once.
  func isPausing(_ linux: some Linux) -> Bool {
    guard !isFinal, let deadline else { return false }
    return linux.now() < deadline
  }

  /// Reaps every child that has ended, orphans too, until it meets the task.
  mutating func reap(_ linux: some Linux) throws(Errno) -> Child {
    do {
      while let (pid, status) = try linux.reap() {
        if pid == task { return .task(status) }
      }
      return .running
    } catch {
      if error == .noChild { return .none }
      throw error
    }
  }

  /// The task has ended. What it leaves behind is asked to end as well, and killed when it does not.
  mutating func taskEnded(_ status: Int32, _ linux: some Linux) {
    end = result(of: status, linux)
    _ = try? linux.send(Signal.terminate, to: -1)
    startCountdown(linux)
  }

  /// Whether even SIGKILL did not end what still runs.
  var isHopeless: Bool { isKilled && deadline == nil }

  /// How it ended, once everything is gone or hopeless.
  var result: TaskEnd {
    if isAltered { return TaskEnd(code: ExitCode.failure, reason: .failed) }
    return end ?? TaskEnd(code: ExitCode.signaled(Signal.kill), signal: Signal.kill, reason: .stopped)
  }

  /// Whether the task ended because its code or its data were not there, or not what they should be: SIGILL, SIGTRAP,
  /// SIGBUS, SIGFPE, SIGSEGV.
  var hasFaulted: Bool { [4, 5, 7, 8, 11].contains(end?.signal ?? 0) }

  /// Asks the task to stop; it has the spec's time for it.
  mutating func stop(_ linux: some Linux) {
    if isStopping { return }
    isStopping = true
    isFinal = true
    guard task > 0, end == nil else { return }
    forward(stop.signal, linux)
    startCountdown(linux)
  }

  /// Sends the task a signal of the host's, as docker does: SIGKILL and the stop signal are for good, SIGKILL is for
  /// everything that runs and at once, and any other is a signal only.
  mutating func signal(_ number: Int32, _ linux: some Linux) {
    if number == Signal.kill || number == stop.signal { isFinal = true }
    if number != Signal.kill { return forward(number, linux) }
    isStopping = true
    if !isKilled { deadline = linux.now() }
  }

  /// Sends the task a signal, as long as it runs.
  func forward(_ signal: Int32, _ linux: some Linux) {
    if task > 0, end == nil { _ = try? linux.send(signal, to: task) }
  }

  /// The task has to end at once: its pieces are altered. False where that was known.
  mutating func endAltered(_ linux: some Linux) -> Bool {
    if isAltered { return false }
    isAltered = true
    deadline = linux.now()
    return true
  }

  /// Kills what still runs when its time is over.
  mutating func checkDeadline(_ linux: some Linux) {
    guard task > 0, let time = deadline, linux.now() >= time else { return }
    deadline = isKilled ? nil : linux.now() + Self.lastPatience
    isKilled = true
    _ = try? linux.send(Signal.kill, to: -1)
  }

  private mutating func startCountdown(_ linux: some Linux) {
    if !isKilled { deadline = linux.now() + UInt64(stop.timeout) * 1000 }
  }

  private mutating func result(of status: Int32, _ linux: some Linux) -> TaskEnd {
    let kills = Cgroup.outOfMemoryKills(linux) ?? 0
    let isOutOfMemory = kills > outOfMemoryKills
    outOfMemoryKills = max(kills, outOfMemoryKills)
    let signal = status & 0x7F
    guard signal != 0 else {
      return TaskEnd(code: status >> 8 & 0xFF, reason: isFinal ? .stopped : .exited)
    }
    var reason = GuestEvent.Reason.signaled
    if isFinal { reason = .stopped }
    if signal == Signal.badSystemCall { reason = .seccomp }
    if signal == Signal.kill, isOutOfMemory { reason = .oom }
    return TaskEnd(code: ExitCode.signaled(signal), signal: signal, reason: reason)
  }
}
