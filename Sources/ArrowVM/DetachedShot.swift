import ArrowHost
import ArrowSpec
import Glibc

extension Shot {
  /// Starts the VM and leaves it to itself. Returns when QEMU runs it.
  public func shoot(in store: InstanceStore) throws -> Instance {
    var claim = try claim(in: store)
    defer { claim.release() }
    let words = words(for: claim.instance, plan)
    claim.instance.record.command = words
    try claim.instance.writeRecord()
    let qemu = try QemuProcess.start(words, in: claim, diesWithCaller: false)
    defer { close(qemu.descriptor) }
    if try !MonitorHandshake.wait(for: qemu, in: claim.descriptor) {
      let status = ForkedProcess.status(of: qemu.pid)
      // A short task may be over by now: that is no failure of the start.
      if claim.instance.events.exit == nil { throw claim.instance.failure(status: status) }
    }
    return claim.instance
  }
}

extension Instance {
  /// What a wait for readiness found.
  public enum Readiness: Equatable {
    case ready
    case ended(Int32)
    case notYet
  }

  /// Waits until the task's port accepts, or the task ends.
  public func waitUntilReady(seconds: Double) throws -> Readiness {
    let deadline = Deadline.after(seconds: seconds)
    let watch = try InstanceWatch(self)
    while true {
      let events = events
      if let exit = events.exit { return .ended(exit.code) }
      if events.isReady { return .ready }
      switch watch.next(before: deadline) {
      case .ended:
        if let exit = self.events.exit { return .ended(exit.code) }
        throw failure(status: 0)
      case .timedOut: return .notYet
      case .grown: if deadline.hasPassed { return .notYet }
      }
    }
  }

  /// Why a VM ended without a word of its own.
  func failure(status: Int32) -> HostError {
    let kernelLog = path(InstanceFile.kernelLog)
    if let line = Self.lastLine(of: kernelLog, with: "Kernel panic") {
      return HostError("the guest kernel panicked: \(line)", hint: "its log: actrl logs --kernel \(name)")
    }
    if status > 128 { return HostError("QEMU was killed by signal \(status - 128)") }
    if let line = Self.lastLine(of: path(InstanceFile.qemuLog), with: "") {
      return HostError("QEMU says: \(line)")
    }
    return HostError("the VM ended without saying how", hint: "--debug shows its kernel and arrow-init")
  }

  private static func lastLine(of path: String, with text: String) -> String? {
    let lines = String(decoding: contents(of: path) ?? [], as: UTF8.self).split(separator: "\n")
    guard let line = lines.last(where: { text.isEmpty || $0.contains(text) }) else { return nil }
    // Without the kernel's time stamp.
    return String(line.split(separator: "] ", maxSplits: 1).last ?? line)
  }
}
