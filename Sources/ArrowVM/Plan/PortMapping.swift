import ArrowHost
import ArrowSpec

/// One `-p` in docker's grammar: `[[HOST_ADDRESS:]HOST_PORT:]PORT[/tcp|udp]`.
public struct PortMapping: Equatable {
  /// Where the host listens unless the user says otherwise: for this machine only.
  public static let loopback = "127.0.0.1"

  public var hostAddress: String
  /// 0: any that is free. `nil`: the port the VM shows, whatever that is.
  public var hostPort: UInt16?
  /// Docker's container port: where the task listens.
  public var port: UInt16
  public var proto: Spec.Port.TransportProtocol

  public init(_ text: String) throws {
    if text.contains("[") {
      throw HostError("-p \(text): QEMU's user network forwards IPv4 addresses only", hint: "-p 8080:8080")
    }
    let halves = text.split(separator: "/", omittingEmptySubsequences: false)
    let fields = halves[0].split(separator: ":", omittingEmptySubsequences: false)
    guard halves.count <= 2, (1...3).contains(fields.count) else { throw Self.malformed(text) }
    proto = try Self.transportProtocol(halves.count == 2 ? halves[1] : "tcp", in: text)
    port = try Self.number(fields[fields.count - 1], atLeast: 1, in: text)
    hostPort = fields.count > 1 ? try Self.number(fields[fields.count - 2], atLeast: 0, in: text) : nil
    hostAddress = fields.count == 3 ? try Self.address(fields[0], in: text) : Self.loopback
  }

  private static func malformed(_ text: String) -> HostError {
    HostError("-p \(text) is not a port mapping", hint: "[[HOST_ADDRESS:]HOST_PORT:]PORT[/tcp|udp], as in -p 3009:8080")
  }

  private static func number(_ digits: Substring, atLeast minimum: UInt16, in text: String) throws -> UInt16 {
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { throw malformed(text) }
    guard let number = UInt16(digits), number >= minimum else {
      throw HostError("-p \(text): port \(digits) is out of range", hint: "ports go from \(minimum) to 65535")
    }
    return number
  }

  private static func transportProtocol(_ name: Substring, in text: String) throws -> Spec.Port.TransportProtocol {
    switch name {
    case "tcp": return .tcp
    case "udp": return .udp
    default:
      throw HostError("-p \(text): \"\(name)\" is not a protocol", hint: nameHint(String(name), among: ["tcp", "udp"]))
    }
  }

  private static func address(_ field: Substring, in text: String) throws -> String {
    guard let address = IPAddress(field.utf8), !address.isIPv6 else {
      throw HostError(
        "-p \(text): \"\(field)\" is not an IPv4 address", hint: "0.0.0.0 means every address of the host")
    }
    return address.text
  }
}

/// The ports of one shot: what the host forwards, and what the guest must be told beyond its spec.
public struct PortPlan: Equatable {
  public var forwards: [MachinePlan.Forward] = []
  /// The arrow's whole list of ports where it is another than its spec's.
  public var overriddenPorts: [Spec.Port]?

  /// Every port of the arrow is forwarded from the loopback address; a mapping of `-p` takes the place of its port's.
  public init(_ arrowPorts: [Spec.Port], _ mappings: [PortMapping], hasNetwork: Bool = true) throws {
    guard hasNetwork else {
      if !mappings.isEmpty { throw HostError("a port can't be published without a network", hint: "leave out -p") }
      if !arrowPorts.isEmpty { overriddenPorts = [] }
      return
    }
    var ports = arrowPorts
    for mapping in mappings {
      let port = Self.port(for: mapping, in: ports)
      if !ports.contains(port) { ports.append(port) }
      forwards.append(
        MachinePlan.Forward(
          proto: mapping.proto, hostAddress: mapping.hostAddress, hostPort: mapping.hostPort ?? port.export,
          guestPort: port.export, port: port.port))
    }
    for port in arrowPorts
    where !forwards.contains(where: { $0.guestPort == port.export && $0.proto == port.proto }) {
      forwards.append(
        MachinePlan.Forward(
          proto: port.proto, hostAddress: PortMapping.loopback, hostPort: port.export, guestPort: port.export,
          port: port.port))
    }
    if ports != arrowPorts { overriddenPorts = ports }
    try refuseDuplicates()
  }

  /// The arrow's own port that a mapping means, or a new one.
  private static func port(for mapping: PortMapping, in ports: [Spec.Port]) -> Spec.Port {
    let candidates = ports.filter { $0.proto == mapping.proto }
    // `-p 3008` alone: the port as the world knows it.
    if mapping.hostPort == nil, let port = candidates.first(where: { $0.export == mapping.port }) { return port }
    if let port = candidates.first(where: { $0.port == mapping.port }) { return port }
    var export = mapping.port
    while candidates.contains(where: { $0.export == export }) { export = export == 65535 ? 1024 : export + 1 }
    return Spec.Port(port: mapping.port, export: export, proto: mapping.proto)
  }

  private func refuseDuplicates() throws {
    for (index, forward) in forwards.enumerated() where forward.hostPort != 0 {
      let isTaken = forwards[..<index].contains {
        $0.proto == forward.proto && $0.hostPort == forward.hostPort && $0.hostAddress == forward.hostAddress
      }
      if isTaken {
        throw HostError(
          "host port \(forward.hostPort)/\(forward.proto.name) is mapped twice",
          hint: "give one of them another with -p")
      }
    }
  }
}
