import ArrowSpec

/// Everything QEMU is told about one VM, before it becomes a command line.
public struct MachinePlan {
  public enum Machine: String, CaseIterable {
    /// No PCI, no firmware tables but a few: the quickest to boot.
    case microvm
    /// The PC that clouds and libvirt show.
    case q35
  }

  public enum Accelerator: String { case kvm, tcg }

  /// Where QEMU connects one of the guest's channels to. Paths are relative to the instance's folder.
  public enum Channel: Equatable {
    /// Nothing: the guest reads end-of-file at once.
    case nothing
    case file(String)
    /// A file that is there already, with room set aside in it: what the guest says goes behind what it holds.
    case reservedFile(String)
    /// A named pipe, which QEMU keeps open for reading and writing: nobody's closing it reaches the guest.
    case pipe(String)
    /// A socket that QEMU listens on; what the guest says is kept in `log` too. With `waits` the VM does not start
    /// before somebody has connected.
    case listener(String, log: String?, waits: Bool)
  }

  /// A port of the host that leads to one of the VM's NIC.
  public struct Forward: Equatable {
    public var proto: Spec.Port.TransportProtocol
    public var hostAddress: String
    public var hostPort: UInt16
    /// What the VM's NIC shows: the spec's `export`.
    public var guestPort: UInt16
    /// Where the task listens behind it.
    public var port: UInt16

    /// As docker writes it: `127.0.0.1:3008->8080/tcp`.
    public var text: String { "\(hostAddress):\(hostPort)->\(port)/\(proto.name)" }
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

  public var console = Channel.file(InstanceFile.stdout)
  public var stderr = Channel.file(InstanceFile.stderr)
  public var events = Channel.reservedFile(InstanceFile.events)
  public var control = Channel.pipe(InstanceFile.control)
  public var stdin = Channel.nothing
  public var serial = Channel.file(InstanceFile.kernelLog)

  public var hasNetwork = true
  public var forwards: [Forward] = []
  /// Handed to QEMU as they are, last.
  public var extraArguments: [String] = []

  /// As many as the kernel is built for.
  public static let possibleCPUs = 1...64
  /// Enough for Python's `http.server` with room for an application.
  public static let defaultMemoryMiB = 64

  /// The named pipes that must be there before QEMU starts.
  var pipes: [String] {
    [control, stdin].compactMap { if case .pipe(let name) = $0 { name } else { nil } }
  }

  func named(_ name: String) -> MachinePlan {
    var plan = self
    plan.name = name
    return plan
  }

  /// The name of the socket that QEMU waits for somebody on.
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

/// The files of an instance's folder.
public enum InstanceFile {
  public static let record = "instance.json"
  public static let stdout = "stdout.log"
  public static let stderr = "stderr.log"
  public static let events = "events.jsonl"
  public static let kernelLog = "kernel.log"
  public static let control = "control"
  public static let stdin = "stdin"
  public static let stdinSocket = "stdin.sock"
  public static let consoleSocket = "console.sock"
  public static let qemuLog = "qemu.log"
  public static let attachLock = "attach.lock"
  public static let pid = "qemu.pid"
  public static let monitor = "qmp.sock"
  public static let initrd = "initrd"
}
