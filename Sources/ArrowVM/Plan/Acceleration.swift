import ArrowHost

/// Whether the host's processor runs the guest's code itself (KVM), or software translates it (TCG).
public enum AccelerationChoice: String, CaseIterable, Sendable {
  case auto, kvm, tcg
}

/// What the decision rests on; tests make up their own.
public struct AccelerationFacts {
  /// The words behind `flags` in /proc/cpuinfo.
  public var processorFlags: Set<Substring>
  /// Why /dev/kvm can't be opened; `nil` when it can.
  public var deviceProblem: String?
  /// Boots a kernel under KVM and says why that failed; `nil` when it did not. Called last, because it takes time.
  public var probe: () -> String?

  public init(processorFlags: Set<Substring>, deviceProblem: String?, probe: @escaping () -> String?) {
    self.processorFlags = processorFlags
    self.deviceProblem = deviceProblem
    self.probe = probe
  }

  /// Why KVM can't be used; `nil` when it can. A device that opens is no proof: under nested virtualization VMs may
  /// hang.
  public func problemWithKVM() -> String? {
    let needed = HostArchitecture.virtualizationFlags
    if processorFlags.isDisjoint(with: needed) {
      return "the processor shows neither \(needed.joined(separator: " nor "))"
    }
    return deviceProblem ?? probe()
  }
}

/// The decision, and the reason where it is TCG.
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
