import ArrowSpec

extension Shot {
  /// Starts the VM and leaves it to itself. Returns when QEMU runs it; interrupted before, nothing is left of it.
  public func shoot(in store: InstanceStore) throws -> Instance {
    let signals = try SignalDescriptor()
    let launch = try launch(in: store, signals, diesWithCaller: false)
    launch.claim.release()
    signals.release()
    return launch.claim.instance
  }
}

extension Instance {
  /// What a wait for readiness found.
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

  /// arrow-init can see a TCP port accept; whether somebody reads datagrams nobody can see.
  private var hasPortToWaitFor: Bool {
    record.ports.contains { $0.hasSuffix("/" + Spec.Port.TransportProtocol.tcp.name) }
  }
}
