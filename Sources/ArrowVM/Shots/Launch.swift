import ArrowHost
import Glibc

/// A shot whose VM runs, or has run already.
struct Launch {
  let claim: InstanceClaim
  let machine: StartedMachine
}

extension Shot {
  /// Another program may take a free port between our look and the VM's start: how often we look again.
  private static let maximumAttempts = 5

  private struct PortTaken: Error {}

  /// Makes an instance and starts its VM; returns when it runs, or has run already. What fails or is interrupted
  /// leaves nothing behind.
  func launch(in store: InstanceStore, _ signals: SignalDescriptor, diesWithCaller: Bool) throws -> Launch {
    surviveBrokenPipes()
    for _ in 1...Self.maximumAttempts {
      let claim = try claim(planWithFreePorts(store), in: store)
      do {
        return try launch(claim, signals, diesWithCaller)
      } catch {
        try? store.discard(claim)
        guard error is PortTaken else { throw error }
      }
    }
    throw HostError("other programs took every port of the host that was found free")
  }

  /// The plan with a port of the host in place of each 0; a port that isn't free is an error that says who has it.
  func planWithFreePorts(_ store: InstanceStore) throws -> MachinePlan {
    var plan = plan
    let instances = try store.all()
    try VolumeUse.refuse(plan.volumes, knowing: instances)
    plan.forwards = try HostPort.claim(plan.forwards, knowing: instances)
    return plan
  }

  private func launch(_ claim: InstanceClaim, _ signals: SignalDescriptor, _ diesWithCaller: Bool) throws -> Launch {
    let instance = claim.instance
    let machine = try hypervisor.start(
      instance.record.command, of: plan, in: claim.folder, signals, diesWithCaller: diesWithCaller)
    // A short task may be over by now: that is no failure of the start.
    if machine.isRunning || instance.events.exit != nil { return Launch(claim: claim, machine: machine) }
    let status = machine.child.end()
    if hypervisor.missedPort(in: instance.folder) { throw PortTaken() }
    throw instance.failure(status: status)
  }
}
