import ArrowSpec

/// Whether the task is started again when it has ended, and after what pause: docker's policies and docker's times.
struct RestartPolicy {
  private let policy: Spec.Restart
  private(set) var restarts: UInt32 = 0
  /// The pause before the next restart.
  private var pause = firstPause

  /// The first pause, and the longest, in ms. It doubles with each restart.
  private static let firstPause: UInt64 = 100
  private static let longestPause: UInt64 = 60_000
  /// After a run of this length, in ms, the pauses begin again with the first one.
  private static let goodRun: UInt64 = 10_000

  init(_ policy: Spec.Restart) { self.policy = policy }

  /// The pause before the restart, in ms; `nil` where there is no restart.
  mutating func pause(after end: TaskEnd, ran time: UInt64) -> UInt64? {
    guard end.reason != .failed, isRestarted(after: end.code) else { return nil }
    if time >= Self.goodRun { pause = Self.firstPause }
    defer {
      pause = min(pause * 2, Self.longestPause)
      restarts += 1
    }
    return pause
  }

  private func isRestarted(after code: Int32) -> Bool {
    switch policy {
    case .no: false
    case .always: true
    case .onFailure(let limit): code != 0 && restarts < limit ?? .max
    }
  }
}
