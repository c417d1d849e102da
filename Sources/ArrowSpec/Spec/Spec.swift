/// What an `arrow_spec.json` says, with every default filled in.
///
/// `binary`, `process.cmd`, `port`, `export`, `proto`, `ports`, `hostAliases`, `stop` and `restart` are Arrow's own keys.
/// Every other key has the name and the meaning that the OCI runtime-spec gives it (docs/contracts.md, "The spec").
public struct Spec {
  /// The runtime the arrow needs.
  public struct Binary {
    public var name = ""
    /// A prefix of whole components, without the leading `v`: `3`, `3.13`, `3.13.5`.
    public var version = ""
    public var project: String?
  }

  /// The task. Named after OCI's `process` object.
  public struct Process {
    public var terminal = false
    /// The terminal's first size; `nil`: the spec does not say, and it is 0 by 0.
    public var consoleSize: ConsoleSize?
    public var cmd = ""
    /// The argument vector, `args[0]` included; `[cmd]` where the spec has none.
    public var args: [String] = []
    /// `NAME=VALUE` each, no name twice.
    public var env: [String] = []
    /// `nil`: the arrow's meta folder.
    public var cwd: String?
    public var user = User()
    public var capabilities = Capabilities()
    public var rlimits: [ResourceLimit] = []
    public var noNewPrivileges = true
    /// -1000 to 1000.
    public var oomScoreAdj: Int?
  }

  /// In characters, as OCI has it.
  public struct ConsoleSize: Equatable, Sendable {
    public var height: UInt16
    public var width: UInt16

    public init(height: UInt16, width: UInt16) {
      self.height = height
      self.width = width
    }
  }

  public struct User: Equatable {
    public var uid: UInt32 = 1000
    public var gid: UInt32 = 1000
    public var additionalGids: [UInt32] = []
    /// `nil`: 0o022.
    public var umask: UInt32?

    public init() {}
  }

  /// Capability sets as bit masks (bit n is capability n of `capabilities(7)`); all empty unless the spec says so.
  public struct Capabilities: Equatable {
    public var bounding: UInt64 = 0
    public var effective: UInt64 = 0
    public var inheritable: UInt64 = 0
    public var permitted: UInt64 = 0
    public var ambient: UInt64 = 0
  }

  public struct ResourceLimit: Sendable {
    /// The kernel's number, `RLIMIT_NOFILE` is 7.
    public var resource: Int32
    public var soft: UInt64
    public var hard: UInt64

    public init(resource: Int32, soft: UInt64, hard: UInt64) {
      self.resource = resource
      self.soft = soft
      self.hard = hard
    }
  }

  /// A port of the task and the one the world sees.
  public struct Port: Equatable {
    public enum TransportProtocol: Equatable, Sendable {
      case tcp, udp
      public var name: String { self == .tcp ? "tcp" : "udp" }
    }

    /// Where the task listens, 1 to 65535.
    public var port: UInt16
    /// What the VM's NIC shows, 1 to 65535.
    public var export: UInt16
    public var proto: TransportProtocol

    public init(port: UInt16, export: UInt16, proto: TransportProtocol) {
      self.port = port
      self.export = export
      self.proto = proto
    }
  }

  /// A line of /etc/hosts, as Kubernetes has it in a pod's `hostAliases`.
  public struct HostAlias: Equatable {
    public var ip: IPAddress
    public var hostnames: [String]

    public init(ip: IPAddress, hostnames: [String]) {
      self.ip = ip
      self.hostnames = hostnames
    }
  }

  /// A mount of the task's, in OCI's words.
  public struct Mount {
    public var destination: String
    public var kind: MountKind
    /// ext4: a file system label (`LABEL=data`), a disk's serial (`data`) or a device; 9p: the share's tag;
    /// bind: a path in the task's root; tmpfs: no more than a name.
    public var source: String
    public var options: MountOptions
  }

  public struct Sysctl {
    /// With dots: `net.core.somaxconn`.
    public var name: String
    public var value: String
  }

  /// How a stop asks, and how long it waits before SIGKILL.
  public struct Stop {
    public var signal: Int32 = 15
    /// In seconds.
    public var timeout: UInt32 = 10
  }

  /// Docker's restart policies.
  public enum Restart: Equatable {
    case no
    /// After an exit code other than 0; `limit` restarts at most, `nil` for no limit.
    case onFailure(limit: UInt32?)
    case always
  }

  public var binary = Binary()
  public var process = Process()
  public var ports: [Port] = []
  public var hostname: String?
  public var hostAliases: [HostAlias] = []
  /// `root.readonly`: false puts an overlay on tmpfs over the pieces.
  public var rootReadonly = true
  public var mounts: [Mount] = []
  /// Whether the spec brings a seccomp profile of its own; only the host reads it.
  public var hasSeccompProfile = false
  /// Whether every system call of this shot is allowed and reported. Only an override can ask for it.
  public var recordsSystemCalls = false
  public var sysctl: [Sysctl] = []
  public var maskedPaths: [String] = []
  public var readonlyPaths: [String] = []
  public var stop = Stop()
  public var restart = Restart.no

  /// The ports one arrow may have.
  public static let maximumPorts = 64
}
