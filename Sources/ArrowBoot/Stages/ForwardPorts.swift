import ArrowSpec

/// Loads the BPF programs that let the exported ports in and nothing else, and that keep the task from the addresses
/// which the host denies (`CLinux/bpf/ports.bpf.c`).
enum ForwardPorts {
  static func forward(
    _ ports: [Spec.Port], from network: (interface: NetworkInterface, live: LiveNetwork?)?,
    _ commandLine: KernelCommandLine, _ cgroup: Cgroup, _ linux: some Linux
  ) throws(BootError) -> (readiness: Readiness?, denied: DeniedTries?) {
    guard let (interface, live) = network else { return (nil, nil) }
    return try must("forward the ports of \(interface.name)") { () throws(Errno) in
      var maps: [Int32] = []
      for map in BPFMap.allCases {
        if commandLine.denial == nil, [.denied, .tried].contains(map) { break }
        maps.append(try linux.createMap(map))
      }
      try fill(maps, ports, linux)
      let exportsUDP = ports.contains { $0.proto == .udp }
      // A DHCP server may answer from an address to which nothing was sent, so its answers come in as if the client's
      // port were exported.
      let usesDHCP = live?.usesDHCP == true
      if usesDHCP { try add([17, 0, 0, 68], [0, 68, 0, 0], to: maps, linux) }
      let letsUDPIn = exportsUDP || usesDHCP
      for program in letsUDPIn ? [BPFProgram.ingressWithUDP, .egressWithUDP] : [.ingress, .egress] {
        try load(program, maps, to: interface.index, linux)
      }
      if exportsUDP { try letLoopbackAnswer(on: interface, linux) }
      let ring = maps[BPFMap.ring.rawValue]
      var readiness: Readiness?
      if ports.contains(where: { $0.proto == .tcp }) {
        try load(.listen, maps, to: cgroup.descriptor, linux)
        readiness = Readiness(descriptor: ring, waiting: maps[BPFMap.waiting.rawValue])
      }
      guard let denial = commandLine.denial else { return (readiness, nil) }
      try deny(denial, besides: ownAddresses(commandLine, live), maps, linux)
      for program in [BPFProgram.connect4, .connect6, .send] {
        try load(program, maps, to: cgroup.descriptor, linux)
      }
      return (readiness, DeniedTries(descriptor: ring, map: maps[BPFMap.tried.rawValue]))
    }
  }

  private static func load(
    _ program: BPFProgram, _ maps: [Int32], to target: Int32, _ linux: some Linux
  ) throws(Errno) {
    try linux.attach(try linux.loadProgram(program, maps: maps), to: target, as: program)
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

  private static func deny(
    _ denial: KernelCommandLine.Denial, besides own: [IPAddress], _ maps: [Int32], _ linux: some Linux
  ) throws(Errno) {
    // struct prefix and struct verdict, as ports.bpf.c lays them out.
    func set(_ address: IPAddress, _ length: Int, openPort: UInt8 = 0, isLocal: Bool = false) throws(Errno) {
      let mapped: [UInt8] = address.isIPv6 ? [] : [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
      try linux.updateMap(
        maps[BPFMap.denied.rawValue], key: [UInt8(length + 8 * mapped.count), 0, 0, 0] + mapped + address.bytes,
        value: [0, openPort, isLocal ? 1 : 0, 0])
    }
    for prefix in denial.prefixes { try set(prefix.address, prefix.length) }
    for server in denial.nameServers where denial.denies(server) { try set(server, server.bitCount, openPort: 53) }
    for address in own { try set(address, address.bitCount, isLocal: true) }
    // In a raw packet QEMU would take these for the host's own loopback: 127.0.0.0/8, 0.0.0.0/8, and both ::1 and ::.
    try set(IPAddress(bytes: [127, 0, 0, 0]), 8, isLocal: true)
    try set(IPAddress(bytes: [0, 0, 0, 0]), 8, isLocal: true)
    try set(IPAddress(bytes: [UInt8](repeating: 0, count: 16)), 127, isLocal: true)
  }

  /// Those that are known before the task starts: it reaches them without the NIC.
  private static func ownAddresses(_ commandLine: KernelCommandLine, _ live: LiveNetwork?) -> [IPAddress] {
    guard case .fixed(let given) = commandLine.network else { return live?.address.map { [$0] } ?? [] }
    return given.map { $0.address }
  }
}
