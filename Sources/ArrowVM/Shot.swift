import ArrowHost
import ArrowSpec
import CHost
import Glibc

/// A request thought through: all that can be wrong has been found before anything starts.
public struct Shot {
  let request: ShotRequest
  let image: ArrowImageFolder
  let arrow: ImageManifest.Arrow
  let program: String
  public private(set) var plan: MachinePlan
  /// `/arrow/overrides.json`, if there is anything to override.
  let overrides: String?
  /// What the user should hear once.
  public private(set) var note: String?

  public init(_ request: ShotRequest, on host: Host) throws {
    self.request = request
    image = try ArrowImageFolder.find(request.image, on: host)
    arrow = try image.arrow(named: request.arrow)
    program = try host.qemu()
    let ports = try PortPlan(arrowPorts: request.hasNetwork ? arrow.specPorts : [], mappings: request.ports)
    overrides = try Self.overrides(request, ports, host).json()
    plan = MachinePlan(
      name: request.name ?? arrow.name, kernel: image.kernel, initrd: image.initrd, pieces: image.pieces)
    plan.forwards = try HostPort.claim(ports.forwards, knowing: (try? host.store())?.all() ?? [])
    plan.machine = request.machine
    plan.memoryMiB = request.memoryMiB
    plan.cpus = request.cpus
    plan.hasNetwork = request.hasNetwork
    plan.extraArguments = request.qemuArguments
    try decideAcceleration(host)
    plan.kernelArguments = try kernelArguments()
  }

  private mutating func decideAcceleration(_ host: Host) throws {
    let (decision, isNews) = try HostAcceleration(environment: host.environment, kernel: image.kernel)
      .decide(request.acceleration)
    plan.accelerator = decision.accelerator
    if isNews, let reason = decision.reason { note = "no KVM (\(reason)): emulating with TCG, which is slower" }
  }

  private func kernelArguments() throws -> [String] {
    try KernelArguments(
      arrow: arrow.name, hasNetwork: plan.hasNetwork, isDebug: request.isDebug,
      tscKHz: plan.accelerator == .tcg ? Self.tscKHz : nil, verityRootHash: image.manifest.verity?.rootHash
    ).words()
  }

  /// Under TCG the guest's time stamp counter runs at the host's pace.
  private static var tscKHz: Int64? {
    let frequency = host_tsc_khz()
    return frequency > 0 ? frequency : nil
  }

  private static func overrides(_ request: ShotRequest, _ ports: PortPlan, _ host: Host) -> Overrides {
    var overrides = Overrides()
    overrides.arguments = request.words
    overrides.environment = request.environment(from: host.environment)
    overrides.ports = ports.overriddenPorts
    overrides.hostname = request.hostname
    overrides.terminal = request.terminal ? true : nil
    return overrides
  }

  /// Makes the instance's folder with all that QEMU needs in it.
  func claim(in store: InstanceStore) throws -> InstanceClaim {
    var record = InstanceRecord(arrow: arrow.name, image: image.folder, created: Int(now(CLOCK_REALTIME)))
    record.ports = plan.forwards.map(\.text)
    record.accelerator = plan.accelerator.rawValue
    record.memoryMiB = plan.memoryMiB
    let claim = try store.create(name: request.name, record: record)
    _ = try ControlChannel.make(for: claim.instance)
    if let overrides {
      let path = claim.instance.path(InstanceFile.initrd)
      try Files.create(path, contents: image.initrd(with: overrides), mode: 0o600)
    }
    return claim
  }

  /// The plan as it is started in that instance's folder.
  func words(for instance: Instance, _ plan: MachinePlan) -> [String] {
    [program] + QemuCommandLine(localized(plan, name: instance.name)).arguments
  }

  func localized(_ plan: MachinePlan, name: String) -> MachinePlan {
    var plan = plan
    plan.name = name
    if overrides != nil { plan.initrd = InstanceFile.initrd }
    return plan
  }
}
