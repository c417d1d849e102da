import ArrowHost
import ArrowSpec

/// `instance.json`: what was started, for later commands. What became of it is not in it: that is read from the files
/// that the hypervisor writes, so that nothing is lost while no actrl runs.
public struct InstanceRecord: Equatable, Sendable {
  public var arrow: String
  /// The Arrow Binary that its task runs on, with the version that its spec chose: `python v3.13.5`.
  public var binary = ""
  /// The folder of the Arrow image.
  public var image: String
  /// Nanoseconds since 1970.
  public var created: Int
  /// Where an older actrl wrote the record, its ports were texts: they are left out.
  public var ports: [PortForward] = []
  public var accelerator = ""
  public var memoryMiB = 0
  /// How long the guest waits for the task at a stop, in seconds.
  public var stopTimeout = ImageManifest.Arrow.usualStopTimeout
  /// The task may reach the services on the host's loopback.
  public var reachesHostLoopback = false
  /// The console is a terminal, for `actrl attach`.
  public var hasTerminal = false
  /// The task's stdin stays open, for `actrl attach`.
  public var keepsStdin = false
  /// The instance is removed when it has ended.
  public var isTemporary = false
  /// The disks it writes to or reads.
  public var volumes: [Volume] = []
  /// How much of stdout, and as much of stderr, is kept, in bytes; 0: all.
  public var logSize = LogSize.usual
  /// How long nothing may happen before the task runs, in seconds; 0: for ever.
  public var bootTimeout = BootPatience.usual
  /// The whole command that started its VM.
  public var command: [String] = []

  public struct Volume: Equatable, Sendable {
    public var path: String
    public var isReadOnly: Bool
  }

  public init(arrow: String, image: String, created: Int) {
    self.arrow = arrow
    self.image = image
    self.created = created
  }

  /// Stands for a record that can't be read.
  static func unknown(created: Int) -> InstanceRecord { InstanceRecord(arrow: "?", image: "", created: created) }

  public var json: String {
    JSONText.object([
      ("arrow", .string(arrow)), ("binary", .string(binary)), ("image", .string(image)), ("created", .integer(created)),
      ("ports", .array(ports.map(\.json))), ("accelerator", .string(accelerator)), ("memoryMiB", .integer(memoryMiB)),
      ("stopTimeout", .integer(stopTimeout)), ("hostLoopback", .bool(reachesHostLoopback)),
      ("hasTerminal", .bool(hasTerminal)),
      ("keepsStdin", .bool(keepsStdin)), ("isTemporary", .bool(isTemporary)),
      (
        "volumes",
        .array(volumes.map { .object([("path", .string($0.path)), ("isReadOnly", .bool($0.isReadOnly))]) })
      ), ("logSize", .integer(logSize)), ("bootTimeout", .integer(bootTimeout)), ("command", .strings(command)),
    ]).text + "\n"
  }

  /// `nil` for what is no record.
  public init?(json: [UInt8]) {
    guard let root = try? JSONDocument(json).root, let arrow = root.member("arrow")?.text,
      let image = root.member("image")?.text, let created = root.member("created")?.integer
    else { return nil }
    self.init(arrow: arrow, image: image, created: Int(created))
    binary = root.member("binary")?.text ?? ""
    ports = root.member("ports")?.children.compactMap(PortForward.init(json:)) ?? []
    accelerator = root.member("accelerator")?.text ?? ""
    memoryMiB = Int(root.member("memoryMiB")?.integer ?? 0)
    stopTimeout = Int(root.member("stopTimeout")?.integer ?? Int64(ImageManifest.Arrow.usualStopTimeout))
    reachesHostLoopback = root.member("hostLoopback")?.kind == .true
    hasTerminal = root.member("hasTerminal")?.kind == .true
    keepsStdin = root.member("keepsStdin")?.kind == .true
    isTemporary = root.member("isTemporary")?.kind == .true
    volumes =
      root.member("volumes")?.children.compactMap { volume in
        volume.member("path")?.text.map { Volume(path: $0, isReadOnly: volume.member("isReadOnly")?.kind == .true) }
      } ?? []
    logSize = Int(root.member("logSize")?.integer ?? Int64(LogSize.usual))
    bootTimeout = Int(root.member("bootTimeout")?.integer ?? Int64(BootPatience.usual))
    command = root.member("command")?.texts ?? []
  }
}

extension PortForward {
  fileprivate var json: JSONText {
    .object([
      ("proto", .string(proto.name)), ("hostAddress", .string(hostAddress)), ("hostPort", .integer(Int(hostPort))),
      ("guestPort", .integer(Int(guestPort))), ("port", .integer(Int(port))),
    ])
  }

  fileprivate init?(json: JSONValue) {
    guard let proto = json.member("proto")?.text.flatMap(Spec.Port.TransportProtocol.init(named:)),
      let hostAddress = json.member("hostAddress")?.text, let hostPort = json.port("hostPort"),
      let guestPort = json.port("guestPort"), let port = json.port("port")
    else { return nil }
    self.init(proto: proto, hostAddress: hostAddress, hostPort: hostPort, guestPort: guestPort, port: port)
  }
}

extension JSONValue {
  fileprivate func port(_ key: String) -> UInt16? { member(key)?.integer.flatMap { UInt16(exactly: $0) } }

  var text: String? { kind == .string ? String(decoding: stringBytes, as: UTF8.self) : nil }
  var texts: [String] { children.compactMap(\.text) }
}
