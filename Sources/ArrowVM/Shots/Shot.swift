import ArrowHost
import ArrowSpec
import Glibc

/// A checked request: errors in it are found here, before anything starts.
public struct Shot {
  let request: ShotRequest
  let image: ArrowImageFolder
  let arrow: ImageManifest.Arrow
  let hypervisor: any Hypervisor
  /// actrl itself.
  let executable: String
  /// The path of the hypervisor's program.
  let program: String
  private(set) var plan: MachinePlan
  /// `/arrow/overrides.json`, if there is anything to override.
  let overrides: String?
  /// A message for the user that is shown once.
  public private(set) var note: String?

  public init(_ request: ShotRequest, on host: Host) throws { try self.init(request, on: host, host.hypervisor) }

  init(_ request: ShotRequest, on host: Host, _ hypervisor: any Hypervisor) throws {
    self.request = request
    self.hypervisor = hypervisor
    executable = host.executable
    image = try ArrowImageFolder.find(request.image, on: host)
    arrow = try image.arrow(named: request.arrow)
    program = try hypervisor.program()
    let ports = try PortPlan(arrow.specPorts, request.ports, hasNetwork: request.hasNetwork)
    let aliases = try Self.hostAliases(request, hypervisor)
    overrides = try Overrides(request, ports, aliases, on: host).json()
    plan = MachinePlan(
      name: request.name ?? arrow.name, kernel: image.kernel,
      initrd: overrides == nil ? image.initrd : InstanceFile.initrd, pieces: image.pieces)
    plan.forwards = ports.forwards
    plan.machine = request.machine
    plan.memoryMiB = request.memoryMiB
    plan.cpus = request.cpus
    try MemoryNeed(
      cpus: plan.cpus, kernel: image.manifest.files.kernel.size, initrd: image.manifest.files.initrd.size
    ).check(plan.memoryMiB)
    plan.hasNetwork = request.hasNetwork
    plan.extraArguments = request.qemuArguments
    plan.volumes = request.volumes
    try VolumePlan.check(plan, for: arrow)
    planStreams()
    try decideAcceleration(host)
    plan.kernelArguments = try kernelArguments()
  }

  /// The names that the guest's /etc/hosts has for this shot.
  private static func hostAliases(_ request: ShotRequest, _ hypervisor: any Hypervisor) throws -> [Spec.HostAlias] {
    var added = request.addedHosts
    if request.reachesHostLoopback { added.insert(.host, at: 0) }
    if !request.hasNetwork {
      if request.reachesHostLoopback {
        throw HostError("the host can't be reached without a network", hint: "leave out --host-loopback")
      }
      if let host = added.first(where: { $0.address == nil }) {
        throw HostError(
          "--add-host \(host.name):\(AddedHost.gateway): the host can't be reached without a network",
          hint: "leave it out, or --network none")
      }
    }
    return try AddedHost.aliases(added, host: hypervisor.userNetworkHost)
  }

  private mutating func planStreams() {
    if request.terminal {
      plan.hasTerminal = true
      plan.console = .listener(InstanceFile.consoleSocket, log: InstanceFile.stdout, waits: request.isForeground)
    } else if request.isForeground {
      plan.stdin = .listener(InstanceFile.stdinSocket, log: nil, waits: true)
    } else if request.keepsStdin {
      plan.stdin = .pipe(InstanceFile.stdin)
    }
  }

  private mutating func decideAcceleration(_ host: Host) throws {
    let known = HostAcceleration(on: host, hypervisor, kernel: image.kernel)
    let (decision, isNews) = try known.decide(request.acceleration)
    plan.accelerator = decision.accelerator
    if isNews, let reason = decision.reason { note = "no KVM (\(reason)): emulating with TCG, which is slower" }
  }

  private func kernelArguments() throws -> [String] {
    try KernelArguments(
      arrow: arrow.name, address: plan.hasNetwork ? hypervisor.userNetworkAddress : nil,
      denial: plan.hasNetwork && !request.reachesHostLoopback ? hypervisor.userNetworkDenial : nil,
      isDebug: request.isDebug,
      timeStampKHz: plan.accelerator == .tcg ? HostArchitecture.timeStampKHz() : nil,
      verityRootHash: image.manifest.verity?.rootHash
    ).words()
  }

  /// Makes the instance's folder with all that its VM needs in it.
  func claim(_ plan: MachinePlan, in store: InstanceStore) throws -> InstanceClaim {
    var record = record(of: plan)
    // `run` gives back what it has copied where the room is short. What nobody copies needs a bound that fits.
    if !request.isForeground, record.logSize > 0 {
      record.logSize = min(record.logSize, max(Int(try store.freeBytes() / 4), LogSize.minimum))
    }
    var claim = try store.create(name: request.name, record: record)
    do {
      let arguments = hypervisor.arguments(for: plan.named(claim.instance.name))
      claim.instance.record.command = [program] + arguments.flatMap { $0 }
      guard InstanceRecord(json: Array(claim.instance.record.json.utf8)) != nil else {
        throw HostError("the VM's command line is too long to be recorded", hint: "give fewer or shorter --qemu-arg")
      }
      try claim.instance.writeRecord()
      try claim.instance.reserveEvents()
      try claim.instance.makeLogs()
      for pipe in plan.pipes {
        try checked("make \(pipe)") { mkfifo(claim.instance.path(pipe), 0o600) }
      }
      if let overrides {
        let path = claim.instance.path(InstanceFile.initrd)
        try Files.create(path, contents: image.initrd(with: overrides), mode: 0o600)
      }
      return claim
    } catch {
      try? store.discard(claim)
      throw error
    }
  }

  private func record(of plan: MachinePlan) -> InstanceRecord {
    var record = InstanceRecord(arrow: arrow.name, image: image.folder, created: Int(now(CLOCK_REALTIME)))
    record.binary = "\(arrow.binary) \(arrow.version)"
    record.ports = plan.forwards
    record.accelerator = plan.accelerator.rawValue
    record.memoryMiB = plan.memoryMiB
    record.volumes = plan.volumes.filter { $0.kind == .disk }.map { .init(path: $0.path, isReadOnly: $0.isReadOnly) }
    record.stopTimeout = arrow.stopTimeout ?? ImageManifest.Arrow.usualStopTimeout
    record.reachesHostLoopback = request.reachesHostLoopback
    record.hasTerminal = request.terminal
    record.keepsStdin = request.keepsStdin
    record.isTemporary = request.isTemporary
    record.logSize = request.logSize
    record.bootTimeout = BootPatience.seconds(request.bootTimeout, cpus: request.cpus, memoryMiB: request.memoryMiB)
    return record
  }
}
