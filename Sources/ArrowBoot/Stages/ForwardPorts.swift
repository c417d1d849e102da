import ArrowSpec

/// Loads the BPF programs that let the exported ports in and nothing else (`CLinux/bpf/ports.bpf.c`).
enum ForwardPorts {
  static func forward(
    _ ports: [Spec.Port], from network: (interface: NetworkInterface, live: LiveNetwork?)?, _ cgroup: Cgroup,
    _ linux: some Linux
  ) throws(BootError) -> Readiness? {
    guard let (interface, live) = network else { return nil }
    return try must("forward the ports of \(interface.name)") { () throws(Errno) in
      var maps: [Int32] = []
      for map in BPFMap.allCases { maps.append(try linux.createMap(map)) }
      try fill(maps, ports, linux)
      let exportsUDP = ports.contains { $0.proto == .udp }
      // A DHCP server may answer from an address to which nothing was sent, so its answers come in as if the client's
      // port were exported.
      let usesDHCP = live?.usesDHCP == true
      if usesDHCP { try add([17, 0, 0, 68], [0, 68, 0, 0], to: maps, linux) }
      let letsUDPIn = exportsUDP || usesDHCP
      for program in letsUDPIn ? [BPFProgram.ingressWithUDP, .egressWithUDP] : [.ingress, .egress] {
        let loaded = try linux.loadProgram(program, maps: maps)
        try linux.attach(loaded, to: interface.index, as: program)
      }
      if exportsUDP { try letLoopbackAnswer(on: interface, linux) }
      guard ports.contains(where: { $0.proto == .tcp }) else { return nil }
      let listen = try linux.loadProgram(.listen, maps: maps)
      try linux.attach(listen, to: cgroup.descriptor, as: .listen)
      return Readiness(descriptor: maps[BPFMap.ring.rawValue], waiting: maps[BPFMap.waiting.rawValue])
    }
  }

  private static func fill(_ maps: [Int32], _ ports: [Spec.Port], _ linux: some Linux) throws(Errno) {
    for port in ports {
      let isTCP = port.proto == .tcp
      // struct export and the task's port, as ports.bpf.c lays them out. Ports are in network order.
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

  /// A UDP datagram may be redirected to 127.0.0.1. Without this the kernel drops such a packet on a NIC as forged.
  private static func letLoopbackAnswer(on interface: NetworkInterface, _ linux: some Linux) throws(Errno) {
    try linux.write("1", into: "/proc/sys/net/ipv4/conf/\(interface.name)/route_localnet")
  }
}
