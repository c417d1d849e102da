import ArrowHost
import Glibc

/// A VM that QEMU runs.
struct Launch {
  let claim: InstanceClaim
  let qemu: ForkedProcess
  /// Our end of the channel that QEMU waited for us on, if there is one.
  let stream: Int32?
}

extension Shot {
  /// Another program may take a free port between our look and QEMU's: how often we look again.
  private static let maximumAttempts = 5

  private struct PortTaken: Error {}

  /// Makes an instance and starts QEMU in it; returns when it runs, or has run already. What fails or is interrupted
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
    plan.forwards = try HostPort.claim(plan.forwards, knowing: store.all())
    return plan
  }

  private func launch(_ claim: InstanceClaim, _ signals: SignalDescriptor, _ diesWithCaller: Bool) throws -> Launch {
    let qemu = try QemuProcess.start(claim.instance.record.command, in: claim, diesWithCaller: diesWithCaller)
    do {
      let handshake = MonitorHandshake(qemu, in: claim.descriptor, signals)
      let stream = try plan.listener.flatMap { try handshake.connect(to: $0) }
      // A short task may be over by now: that is no failure of the start.
      if try handshake.wait() == .runs || claim.instance.events.exit != nil {
        ListenBacklog.widen(qemu)
        return Launch(claim: claim, qemu: qemu, stream: stream)
      }
    } catch {
      qemu.kill()
      _ = qemu.end()
      throw error
    }
    let status = qemu.end()
    if claim.instance.qemuLog.contains("host forwarding") { throw PortTaken() }
    throw claim.instance.failure(status: status)
  }
}
