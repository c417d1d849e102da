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
    let watch = InstanceWatch(self)
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

  /// Why its task is not ready, where nothing listens on its port: the ports on which something does.
  public func absence(seconds: Double = 2) throws -> String? {
    let before = events.answers
    let watch = InstanceWatch(self)
    guard ask(.listeners) else { return nil }
    let deadline = Deadline.after(seconds: seconds)
    while events.answers == before { if watch.next(before: deadline) != .grown || deadline.hasPassed { return nil } }
    let listening = events.listening
    let missing = record.ports.filter { $0.proto == .tcp && !listening.contains($0.port) }.map { "\($0.port)" }
    if missing.isEmpty { return nil }
    let others = listening.filter { port in !record.ports.contains { $0.port == port } }.map { "\($0)" }
    return "nothing listens on port \(missing.joined(separator: ", ")) of the task; "
      + (others.isEmpty ? "it listens on no port" : "it listens on \(others.joined(separator: ", "))")
  }
}
