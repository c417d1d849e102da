import ArrowHost
import ArrowSpec
import Glibc

/// Finds out whether ports of the host are free and, if not, who holds them.
public enum HostPort {
  /// Binds each port for a moment. Port 0 becomes a free one; a port in use is an error that names its holder.
  public static func claim(_ forwards: [PortForward], knowing instances: [Instance]) throws
    -> [PortForward]
  {
    var sockets: [Int32] = []
    defer { for socket in sockets { close(socket) } }
    return try forwards.map { forward in
      var forward = forward
      let socket = Glibc.socket(AF_INET, forward.proto.socketType | Int32(SOCK_CLOEXEC.rawValue), 0)
      sockets.append(socket)
      if forward.proto == .tcp {
        // The hypervisor does the same: a connection that has just ended does not block the port.
        var on: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
      }
      guard let port = bind(socket, forward) else { throw problem(errno, forward, instances) }
      forward.hostPort = port
      return forward
    }
  }

  /// The port it was bound to; `nil` with `errno` when it can't be.
  private static func bind(_ socket: Int32, _ forward: PortForward) -> UInt16? {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = forward.hostPort.bigEndian
    inet_pton(AF_INET, forward.hostAddress, &address.sin_addr)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        guard Glibc.bind(socket, pointer, length) == 0 else { return false }
        // SO_REUSEADDR lets two sockets bind; only one may listen.
        guard forward.proto == .udp || listen(socket, 1) == 0 else { return false }
        return getsockname(socket, pointer, &length) == 0
      }
    }
    return isBound ? UInt16(bigEndian: address.sin_port) : nil
  }

  private static func problem(_ number: Int32, _ forward: PortForward, _ instances: [Instance]) -> HostError {
    let place = "\(forward.hostAddress):\(forward.hostPort)/\(forward.proto.name)"
    switch number {
    case EADDRINUSE:
      let suffix = forward.proto == .tcp ? "" : "/" + forward.proto.name
      let other = "or take any port that is free: -p 0:\(forward.port)\(suffix)"
      if let holder = instances.first(where: { $0.holds(forward) }) {
        return HostError(
          "host port \(place) is in use by the instance \(holder.name)", hint: "actrl stop \(holder.name), \(other)")
      }
      let holder = PortHolder.name(of: forward.hostPort, forward.proto)
      return HostError("host port \(place) is in use" + (holder.map { " by \($0)" } ?? ""), hint: "stop it, \(other)")
    case EACCES:
      return HostError(
        "host port \(place) is for root only", hint: "take one from 1024 up: -p 8080:\(forward.port)")
    default:
      return HostError(
        "cannot listen on \(place): \(systemText(number))", hint: "-p 127.0.0.1:\(forward.hostPort):\(forward.port)")
    }
  }
}

extension Instance {
  /// Whether it has the host's port, on any address.
  fileprivate func holds(_ forward: PortForward) -> Bool {
    livePorts.contains { $0.hostPort == forward.hostPort && $0.proto == forward.proto }
  }
}

extension Spec.Port.TransportProtocol {
  fileprivate var socketType: Int32 { Int32(self == .tcp ? SOCK_STREAM.rawValue : SOCK_DGRAM.rawValue) }
}
