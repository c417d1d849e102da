import ArrowHost

/// Whether the host's processor runs the guest's code itself (KVM), or QEMU translates it (TCG).
public enum AccelerationChoice: String, CaseIterable, Sendable {
  case auto, kvm, tcg
}

/// What the decision rests on; tests make up their own.
public struct AccelerationFacts {
  /// The words behind `flags` in /proc/cpuinfo.
  public var processorFlags: Set<Substring>
  /// Why /dev/kvm can't be opened, if it can't.
  public var deviceProblem: String?
  /// Boots a kernel under KVM: why that failed, if it did. Asked last, because it takes time.
  public var probe: () -> String?

  public init(processorFlags: Set<Substring>, deviceProblem: String?, probe: @escaping () -> String?) {
    self.processorFlags = processorFlags
    self.deviceProblem = deviceProblem
    self.probe = probe
  }

  /// Why KVM is not to be used, if it isn't. A device that opens proves nothing: under nested virtualization a VM may hang.
  public func problemWithKVM() -> String? {
    let needed = HostArchitecture.virtualizationFlags
    if processorFlags.isDisjoint(with: needed) {
      return "the processor shows neither \(needed.joined(separator: " nor "))"
    }
    return deviceProblem ?? probe()
  }
}

/// The decision, and the reason when it is the slower way.
public struct Acceleration: Equatable {
  public var accelerator: MachinePlan.Accelerator
  public var reason: String?

  public static func decide(_ choice: AccelerationChoice, _ facts: AccelerationFacts) throws -> Acceleration {
    if choice == .tcg { return Acceleration(accelerator: .tcg) }
    guard let problem = facts.problemWithKVM() else { return Acceleration(accelerator: .kvm) }
    if choice == .kvm { throw HostError("KVM can't be used: \(problem)", hint: "--accel tcg runs everywhere, slower") }
    return Acceleration(accelerator: .tcg, reason: problem)
  }
}
