import ArrowSpec

/// Tells when the task accepts on every TCP port it exports.
struct Readiness {
  /// A ring buffer that something arrives on for each port that begins to accept.
  var descriptor: Int32
  /// A BPF map of the ports that do not yet.
  var waiting: Int32
}

/// Loads the programs that let the exported ports in and nothing else (`CLinux/bpf/ports.bpf.c`).
enum ForwardPorts {
  static func forward(
    _ ports: [Spec.Port], from network: (network: Network, live: LiveNetwork?)?, _ cgroup: Cgroup,
    _ linux: some Linux
  ) throws(BootError) -> Readiness? {
    guard let (network, live) = network else { return nil }
    return try must("forward the ports of \(network.interface)") { () throws(Errno) in
      var maps: [Int32] = []
      for map in BPFMap.allCases { maps.append(try linux.createMap(map)) }
      try fill(maps, ports, linux)
      let exportsUDP = ports.contains { $0.proto == .udp }
      // Servers of DHCP answer from addresses that nobody was asked at: their answers are let in as an exported port is.
      let usesDHCP = live?.usesDHCP == true
      if usesDHCP { try add([17, 0, 0, 68], [0, 68, 0, 0], to: maps, linux) }
      let letsUDPIn = exportsUDP || usesDHCP
      for program in letsUDPIn ? [BPFProgram.ingressWithUDP, .egressWithUDP] : [.ingress, .egress] {
        let loaded = try linux.loadProgram(program, maps: maps)
        try linux.attach(loaded, to: network.index, as: program)
      }
      if exportsUDP { try letLoopbackAnswer(on: network, linux) }
      guard ports.contains(where: { $0.proto == .tcp }) else { return nil }
      let listen = try linux.loadProgram(.listen, maps: maps)
      try linux.attach(listen, to: cgroup.descriptor, as: .listen)
      return Readiness(descriptor: maps[BPFMap.ring.rawValue], waiting: maps[BPFMap.waiting.rawValue])
    }
  }

  private static func fill(_ maps: [Int32], _ ports: [Spec.Port], _ linux: some Linux) throws(Errno) {
    for port in ports {
      let isTCP = port.proto == .tcp
      // struct export and the task's port, in the layouts of ports.bpf.c; ports in network order.
      let key: [UInt8] = [isTCP ? 6 : 17, 0, UInt8(port.export >> 8), UInt8(port.export & 0xFF)]
      let value: [UInt8] = [UInt8(port.port >> 8), UInt8(port.port & 0xFF), 0, 0]
      try add(key, value, to: maps, linux)
      guard isTCP else { continue }
      let hostOrder: [UInt8] = [UInt8(port.port & 0xFF), UInt8(port.port >> 8), 0, 0]
      try linux.updateMap(maps[BPFMap.waiting.rawValue], key: hostOrder, value: hostOrder)
    }
  }

  private static func add(
    _ key: [UInt8], _ value: [UInt8], to maps: [Int32], _ linux: some Linux
  ) throws(Errno) {
    try linux.updateMap(maps[BPFMap.exports.rawValue], key: key, value: value)
  }

  /// A datagram may be readdressed to 127.0.0.1, which the kernel otherwise takes for a forgery on a NIC.
  private static func letLoopbackAnswer(on network: Network, _ linux: some Linux) throws(Errno) {
    try linux.write("1", into: "/proc/sys/net/ipv4/conf/\(network.interface)/route_localnet")
  }
}
