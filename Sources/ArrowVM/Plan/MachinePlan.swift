/// Everything that the hypervisor is told about one VM.
public struct MachinePlan {
  public enum Machine: String, CaseIterable, Sendable {
    /// It has no PCI and few firmware tables, and is the quickest to boot.
    case microvm
    /// The PC that clouds and libvirt show.
    case q35

    /// How many virtio devices it has room for: microvm's transports, and the slots of q35's PCI bus that are free.
    var virtioDevices: Int {
      switch self {
      case .microvm: 24
      case .q35: 30
      }
    }
  }

  public enum Accelerator: String, Sendable { case kvm, tcg }

  /// What one of the guest's channels is connected to. Paths are relative to the instance's folder.
  public enum Channel: Equatable {
    /// Nothing: the guest reads end-of-file at once.
    case nothing
    /// A file, to which what the guest says is appended. What there is no room for is lost, and nothing waits for room.
    case file(String)
    /// A named pipe that stays open for reading and writing: when somebody closes it, the guest does not notice.
    case pipe(String)
    /// A socket that the hypervisor listens on; what the guest says is kept in `log` too. With `waits` the VM does not
    /// start before somebody has connected.
    case listener(String, log: String?, waits: Bool)
  }

  public var name: String
  public var machine = Machine.microvm
  public var accelerator = Accelerator.tcg
  public var memoryMiB = Self.defaultMemoryMiB
  public var cpus = 1
  public var kernel: String
  public var initrd: String
  public var pieces: String
  public var volumes: [VolumeMapping] = []
  public var kernelArguments: [String] = []

  /// Whether the task has a terminal: its console carries stdin, stdout and stderr. Without one it has pipes.
  public var hasTerminal = false
  /// The terminal, or the task's stdout.
  public var console = Channel.file(InstanceFile.stdout)
  public var stderr = Channel.file(InstanceFile.stderr)
  public var events = Channel.file(InstanceFile.events)
  public var control = Channel.pipe(InstanceFile.control)
  public var stdin = Channel.nothing
  public var serial = Channel.file(InstanceFile.kernelLog)

  public var hasNetwork = true
  public var forwards: [PortForward] = []
  /// These words go to the hypervisor as they are, behind all others.
  public var extraArguments: [String] = []

  /// As many as the kernel is built for.
  public static let possibleCPUs = 1...64
  /// Enough for Python's `http.server` with room for an application.
  public static let defaultMemoryMiB = 64

  /// How many volumes there is room for, beside the pieces, the random numbers, the channels and the NIC.
  var possibleVolumes: Int { machine.virtioDevices - (hasNetwork ? 4 : 3) }

  /// The named pipes that must be there before the VM starts.
  var pipes: [String] {
    [control, stdin].compactMap { if case .pipe(let name) = $0 { name } else { nil } }
  }

  func named(_ name: String) -> MachinePlan {
    var plan = self
    plan.name = name
    return plan
  }

  /// The name of the socket on which the hypervisor waits for somebody.
  var listener: String? {
    for case .listener(let name, _, waits: true) in [console, stdin] { return name }
    return nil
  }

  public init(name: String, kernel: String, initrd: String, pieces: String) {
    self.name = name
    self.kernel = kernel
    self.initrd = initrd
    self.pieces = pieces
  }
}
