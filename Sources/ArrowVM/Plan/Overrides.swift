import ArrowHost
import ArrowSpec

/// What one shot changes of the arrow's spec: `/arrow/overrides.json`, in the spec's own grammar.
public struct Overrides {
  /// The whole argument vector. Its first word is also the command.
  public var arguments: [String] = []
  /// `NAME=VALUE` each. The last one of a name counts.
  public var environment: [String] = []
  public var ports: [Spec.Port]?
  public var hostname: String?
  public var hostAliases: [Spec.HostAlias] = []
  public var terminal: Bool?
  public var consoleSize: Spec.ConsoleSize?
  /// Every system call is allowed, and reported once.
  public var recordsSystemCalls = false

  public init() {}

  init(_ request: ShotRequest, _ ports: PortPlan, _ hostAliases: [Spec.HostAlias], on host: Host) throws {
    arguments = request.words
    environment = try request.environment(from: host)
    self.ports = ports.overriddenPorts
    hostname = request.hostname
    self.hostAliases = hostAliases
    terminal = request.terminal ? true : nil
    consoleSize = request.consoleSize
    recordsSystemCalls = request.recordsSystemCalls
  }

  /// The file's text, checked as the guest will read it; `nil` when nothing is overridden.
  public func json() throws -> String? {
    let members = processMembers
    var root: [(String, JSONText)] = members.isEmpty ? [] : [("process", .object(members))]
    if let ports { root.append(("ports", .array(ports.map(Self.json)))) }
    if let hostname { root.append(("hostname", .string(hostname))) }
    if !hostAliases.isEmpty { root.append(("hostAliases", .array(hostAliases.map(Self.json)))) }
    if recordsSystemCalls {
      root.append(("linux", .object([("seccomp", .object([("defaultAction", .string("SCMP_ACT_LOG"))]))])))
    }
    guard !root.isEmpty else { return nil }
    let text = JSONText.object(root).text
    try Self.check(text)
    return text
  }

  private var processMembers: [(String, JSONText)] {
    var members: [(String, JSONText)] = []
    if let command = arguments.first {
      members += [("cmd", .string(command)), ("args", .strings(arguments))]
    }
    if !environment.isEmpty { members.append(("env", .strings(lastOfEachName))) }
    if let terminal { members.append(("terminal", .bool(terminal))) }
    if let size = consoleSize {
      members.append(
        ("consoleSize", .object([("height", .integer(Int(size.height))), ("width", .integer(Int(size.width)))])))
    }
    return members
  }

  private var lastOfEachName: [String] {
    var names: Set<[UInt8]> = []
    let reversed = environment.reversed().filter { pair in
      names.insert(Array(pair.utf8.prefix { $0 != UInt8(ascii: "=") })).inserted
    }
    return reversed.reversed()
  }

  private static func json(_ port: Spec.Port) -> JSONText {
    .object([
      ("port", .integer(Int(port.port))), ("export", .integer(Int(port.export))), ("proto", .string(port.proto.name)),
    ])
  }

  private static func json(_ alias: Spec.HostAlias) -> JSONText {
    .object([("ip", .string(alias.ip.text)), ("hostnames", .strings(alias.hostnames))])
  }

  /// Refuses what arrow-init would refuse, before there is a VM.
  private static func check(_ text: String) throws {
    let smallest = #"{"binary":{"name":"x","version":"1"},"process":{"cmd":"x"}}"#
    do {
      var spec = try Spec(JSONDocument(Array(smallest.utf8)))
      try spec.override(with: JSONDocument(Array(text.utf8)))
    } catch {
      throw HostError("what the command line overrides is not valid: \(error.message)", hint: error.hint)
    }
  }
}
