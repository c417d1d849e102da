import ArrowHost
import ArrowSpec

/// A port of the host that leads to one of the VM's NIC.
public struct PortForward: Equatable, Sendable {
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
