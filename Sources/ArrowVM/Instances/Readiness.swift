import ArrowSpec

extension Instance {
  /// The result of a wait for readiness.
  public enum Readiness: Equatable {
    case ready
    case ended(Int32)
    case notYet
  }

  /// Waits until the task's port accepts, or the task runs where it exports none; or until it ends.
  public func waitUntilReady(seconds: Double) throws -> Readiness {
    let deadline = Deadline.after(seconds: seconds)
    let watch = try InstanceWatch(self)
    while true {
      let events = events
      if let exit = events.exit { return .ended(exit.code) }
      if events.isReady || events.isBooted && !hasPortToWaitFor { return .ready }
      switch watch.next(before: deadline) {
      case .ended:
        if let exit = self.events.exit { return .ended(exit.code) }
        throw failure(status: 0)
      case .timedOut: return .notYet
      case .grown: if deadline.hasPassed { return .notYet }
      }
    }
  }

  /// arrow-init can see a TCP port accept. Nothing shows whether somebody reads datagrams.
  private var hasPortToWaitFor: Bool { record.ports.contains { $0.proto == .tcp } }
}
