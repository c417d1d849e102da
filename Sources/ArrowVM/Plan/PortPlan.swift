import ArrowHost
import ArrowSpec

/// The ports of one shot: what the host forwards, and what the guest must be told beyond its spec.
public struct PortPlan: Equatable {
  public var forwards: [PortForward] = []
  /// The arrow's whole list of ports, where it differs from its spec's.
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
        PortForward(
          proto: mapping.proto, hostAddress: mapping.hostAddress, hostPort: mapping.hostPort ?? port.export,
          guestPort: port.export, port: port.port))
    }
    for port in arrowPorts
    where !forwards.contains(where: { $0.guestPort == port.export && $0.proto == port.proto }) {
      forwards.append(
        PortForward(
          proto: port.proto, hostAddress: PortMapping.loopback, hostPort: port.export, guestPort: port.export,
          port: port.port))
    }
    if ports != arrowPorts { overriddenPorts = ports }
    try refuseDuplicates()
  }

  /// The arrow's own port that a mapping means, or a new one.
  private static func port(for mapping: PortMapping, in ports: [Spec.Port]) -> Spec.Port {
    let candidates = ports.filter { $0.proto == mapping.proto }
    // `-p 3008` alone means the exported port first.
    if mapping.hostPort == nil, let port = candidates.first(where: { $0.export == mapping.port }) { return port }
    if let port = candidates.first(where: { $0.port == mapping.port }) { return port }
    var export = mapping.port
    while candidates.contains(where: { $0.export == export }) { export = export == 65535 ? 1024 : export + 1 }
    return Spec.Port(port: mapping.port, export: export, proto: mapping.proto)
  }

  private static let everyAddress = "0.0.0.0"

  private func refuseDuplicates() throws {
    for (index, forward) in forwards.enumerated() where forward.hostPort != 0 {
      let other = forwards[..<index].first {
        $0.proto == forward.proto && $0.hostPort == forward.hostPort
          && ($0.hostAddress == forward.hostAddress
            || [$0.hostAddress, forward.hostAddress].contains(Self.everyAddress))
      }
      if let other {
        throw HostError(
          "host port \(forward.hostPort)/\(forward.proto.name) is mapped twice: \(other.text) and \(forward.text)",
          hint: "give one of them another with -p")
      }
    }
  }
}
