import ArrowHost
import ArrowSpec

/// What the user asked for.
public struct ShotRequest {
  /// `nil`: the image's default one.
  public var arrow: String?
  /// Docker's COMMAND ARG…: these words replace `process.args`. Empty: the spec's own.
  public var words: [String] = []
  public var image: String?
  public var name: String?
  public var memoryMiB = MachinePlan.defaultMemoryMiB
  public var cpus = 1
  public var ports: [PortMapping] = []
  /// `NAME=VALUE`, or `NAME` for the host's own value.
  public var environment: [String] = []
  public var volumes: [VolumeMapping] = []
  public var hostname: String?
  public var addedHosts: [AddedHost] = []
  /// The task may reach the services on the host's loopback.
  public var reachesHostLoopback = false
  public var terminal = false
  /// The first size of the task's terminal.
  public var consoleSize: Spec.ConsoleSize?
  /// `actrl run`: the VM ends with this process, and its task's streams are this process's.
  public var isForeground = false
  /// The task's stdin stays open while nobody is attached.
  public var keepsStdin = false
  /// Nothing is left of the instance when it has ended.
  public var isTemporary = false
  /// How much of stdout, and as much of stderr, is kept, in bytes; 0: all.
  public var logSize = LogSize.usual
  /// How long nothing may happen before the task runs, in seconds; 0: for ever.
  public var bootTimeout = BootPatience.usual
  public var machine = MachinePlan.Machine.microvm
  public var acceleration = AccelerationChoice.auto
  public var hasNetwork = true
  public var isDebug = false
  /// Every system call is allowed, and reported once.
  public var recordsSystemCalls = false
  public var qemuArguments: [String] = []

  public init(arrow: String?) { self.arrow = arrow }

  /// As docker: a name that the host does not have is left out. Bytes are compared, because Swift takes `=` and a
  /// combining mark behind it for one character.
  func environment(from host: Host) throws -> [String] {
    try environment.compactMap { entry in
      if entry.utf8.contains(UInt8(ascii: "=")) { return entry }
      if host.notUTF8.contains(entry) {
        throw HostError("the host's value of \(entry) is not UTF-8: \(quoted(host.environment[entry] ?? ""))")
      }
      return host.environment[entry].map { "\(entry)=\($0)" }
    }
  }
}
