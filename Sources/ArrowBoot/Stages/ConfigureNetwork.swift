import ArrowSpec

/// The VM's NIC, once it is set up.
struct Network {
  var interface: String
  var index: Int32
  /// Whether its MTU is the command line's.
  var hasFixedMTU = false
}

/// Loopback, the NIC's address and route, and the files that name hosts.
enum ConfigureNetwork {
  private static let loopback: Int32 = 1
  /// How long DHCP may take, in ms: before a task that exports a port, which nobody could reach (dnsmasq, libvirt's server,
  /// looks for three seconds whether an address is free before it offers it); and before one that does not, which starts
  /// with the network where its server is as quick as QEMU's is.
  private static let patience: UInt64 = 7750
  private static let moment: UInt64 = 100

  /// The NIC, and what goes on there while the task runs; `nil` where there is none, or where it is to stay off.
  static func configure(
    _ commandLine: KernelCommandLine, for task: Task, _ log: Log, _ linux: some Linux
  ) throws(BootError) -> (network: Network, live: LiveNetwork?)? {
    let wanted = commandLine.network
    let hostname = task.spec.hostname ?? hostname(for: task.arrow)
    try must("set the host name \(hostname)") { () throws(Errno) in try linux.setHostname(hostname) }
    try must("bring up the loopback interface") { () throws(Errno) in try linux.linkUp(loopback) }
    guard wanted != .off, var network = try firstInterface(linux) else {
      if wanted != nil && wanted != .off { throw BootError("arrow.ip is given, but there is no NIC") }
      if let port = task.spec.ports.first {
        throw BootError(
          "port \(port.export) is exported, but " + (wanted == .off ? "arrow.ip is off" : "there is no NIC"),
          hint: "-netdev user,id=net -device virtio-net-device,netdev=net")
      }
      try writeFiles(hostname: hostname, NameService(), linux)
      return nil
    }
    try must("bring up \(network.interface)") { () throws(Errno) in try linux.linkUp(network.index) }
    if let mtu = commandLine.mtu { try set(mtu: mtu, of: network, linux) }
    network.hasFixedMTU = commandLine.mtu != nil
    if case .fixed(let given) = wanted {
      for address in given { try add(address, to: network, linux) }
      try writeFiles(hostname: hostname, NameService(servers: given.flatMap { $0.nameServers }), linux)
      return (network, nil)
    }
    let routers = try listenToRouters(linux)
    if wanted == .slaac {
      // The kernel does it.
      try writeFiles(hostname: hostname, NameService(), linux)
      return (network, LiveNetwork(network, nil, routers))
    }
    let client = try lease(network, hostname: hostname, isNeeded: !task.spec.ports.isEmpty, log, linux)
    return (network, LiveNetwork(network, client, routers))
  }

  private static func listenToRouters(_ linux: some Linux) throws(BootError) -> RouterNews {
    RouterNews(try must("listen to what routers advertise") { () throws(Errno) in try linux.openRouterNews() })
  }

  private static func lease(
    _ network: Network, hostname: String, isNeeded: Bool, _ log: Log, _ linux: some Linux
  ) throws(BootError) -> DHCPClient {
    let interface = network.interface
    var client = try DHCPClient(on: interface, hostname: hostname, linux)
    try must("ask for an address by DHCP on \(interface)") { () throws(Errno) in
      try client.waitForLease(patience: isNeeded ? patience : moment, linux)
    }
    if client.lease == nil, isNeeded {
      throw BootError(
        "no DHCP server answered on \(interface)",
        hint: "say arrow.ip=ADDRESS/PREFIX,GATEWAY,DNS on the kernel command line, or arrow.ip=slaac for IPv6 alone")
    }
    if let lease = client.lease { try apply(lease, to: network, linux) }
    try writeFiles(hostname: hostname, client.lease?.names ?? NameService(), linux)
    let address = client.lease.map { "\($0.address.text)/\($0.prefixLength)" } ?? "no address yet"
    log.info("\(interface) has \(address) by DHCP", linux)
    return client
  }

  static func apply(_ lease: DHCPMessage.Lease, to network: Network, _ linux: some Linux) throws(BootError) {
    if let mtu = lease.mtu, !network.hasFixedMTU { try set(mtu: mtu, of: network, linux) }
    try add(lease.address, lease.prefixLength, to: network, linux)
    for route in lease.routes { try add(route, to: network, linux) }
  }

  static func withdraw(
    _ lease: DHCPMessage.Lease, from network: Network, _ linux: some Linux
  ) throws(BootError) {
    try must("take the address \(lease.address.text) from \(network.interface)") { () throws(Errno) in
      try linux.removeAddress(lease.address, prefixLength: lease.prefixLength, from: network.index)
    }
  }

  private static func set(mtu: Int, of network: Network, _ linux: some Linux) throws(BootError) {
    try must("set the MTU of \(network.interface) to \(mtu)") { () throws(Errno) in
      try linux.setMTU(mtu, of: network.index)
    }
  }

  /// The arrow's name as a host name (RFC 1123): no other characters, 63 bytes at most.
  private static func hostname(for arrow: String) -> String {
    let letters = arrow.utf8.prefix(63).map { isASCIILetterOrDigit($0) || $0 == 0x2E ? $0 : 0x2D }
    return String(decoding: letters, as: UTF8.self)
  }

  private static func firstInterface(_ linux: some Linux) throws(BootError) -> Network? {
    let names = try must("list the network interfaces") { () throws(Errno) in try linux.names(in: "/sys/class/net") }
    for name in names {
      let isDevice = try must("look at \(name)") { () throws(Errno) in
        try linux.exists("/sys/class/net/\(name)/device")
      }
      if !isDevice { continue }
      let index = try must("read the index of \(name)") { () throws(Errno) in
        try linux.line(of: "/sys/class/net/\(name)/ifindex")
      }
      return Network(interface: name, index: Int32(decimal(index.utf8) ?? 0))
    }
    return nil
  }

  private static func add(
    _ address: KernelCommandLine.FixedAddress, to network: Network, _ linux: some Linux
  ) throws(BootError) {
    try add(address.address, address.prefixLength, to: network, linux)
    if let gateway = address.gateway { try add(.everything(via: gateway), to: network, linux) }
  }

  private static func add(
    _ address: IPAddress, _ prefixLength: Int, to network: Network, _ linux: some Linux
  ) throws(BootError) {
    try must("give \(network.interface) the address \(address.text)/\(prefixLength)") { () throws(Errno) in
      try linux.addAddress(address, prefixLength: prefixLength, to: network.index)
    }
  }

  private static func add(_ route: Route, to network: Network, _ linux: some Linux) throws(BootError) {
    try must("add the route \(route.text)") { () throws(Errno) in
      try tolerating(.exists, because: "the kernel has those of the NIC's own network") { () throws(Errno) in
        try linux.addRoute(route, on: network.index)
      }
    }
  }

  /// What the links in /etc lead to.
  private static func writeFiles(
    hostname: String, _ names: NameService, _ linux: some Linux
  ) throws(BootError) {
    let hosts = "127.0.0.1\tlocalhost\n::1\tlocalhost\n127.0.1.1\t\(hostname)\n"
    try must("write \(folder)") { () throws(Errno) in
      try linux.makeFolder(taskRoot + folder, mode: 0o755)
      try linux.write(hosts, into: "\(taskRoot)\(folder)/hosts", [.write, .create])
      try linux.write(hostname + "\n", into: "\(taskRoot)\(folder)/hostname", [.write, .create])
    }
    try write(names, linux)
  }

  private static let folder = "/run/arrow"

  static func write(_ names: NameService, _ linux: some Linux) throws(BootError) {
    try must("write \(folder)/resolv.conf") { () throws(Errno) in
      try linux.write(names.text, into: "\(taskRoot)\(folder)/resolv.conf", [.write, .create, .truncate])
    }
  }
}
