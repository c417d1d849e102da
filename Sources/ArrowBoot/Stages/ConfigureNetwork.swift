import ArrowSpec

/// The VM's NIC, once it is set up.
struct Network {
  var interface: String
  var index: Int32
}

/// Loopback, the NIC's address and route, and the files that name hosts.
enum ConfigureNetwork {
  private static let loopback: Int32 = 1

  /// The NIC; `nil` where there is none, or where it is to stay off.
  static func configure(
    _ wanted: KernelCommandLine.Network?, for task: Task, _ log: Log, _ linux: some Linux
  ) throws(BootError) -> Network? {
    let hostname = task.spec.hostname ?? hostname(for: task.arrow)
    try must("set the host name \(hostname)") { () throws(Errno) in try linux.setHostname(hostname) }
    try must("bring up the loopback interface") { () throws(Errno) in try linux.linkUp(loopback) }
    guard wanted != .off, let network = try firstInterface(linux) else {
      if wanted != nil && wanted != .off { throw BootError("arrow.ip is given, but there is no NIC") }
      if let port = task.spec.ports.first {
        throw BootError(
          "port \(port.export) is exported, but " + (wanted == .off ? "arrow.ip is off" : "there is no NIC"),
          hint: "-netdev user,id=net -device virtio-net-device,netdev=net")
      }
      try writeFiles(hostname: hostname, nameServers: [], linux)
      return nil
    }
    try must("bring up \(network.interface)") { () throws(Errno) in try linux.linkUp(network.index) }
    let addresses: [KernelCommandLine.FixedAddress]
    if case .fixed(let given) = wanted {
      addresses = given
    } else {
      addresses = [try DHCPClient.lease(on: network.interface, log, linux)]
    }
    for address in addresses { try add(address, to: network, linux) }
    try writeFiles(hostname: hostname, nameServers: addresses.flatMap { $0.nameServers }, linux)
    return network
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
    try must("give \(network.interface) the address \(address.address.text)/\(address.prefixLength)") {
      () throws(Errno) in
      try linux.addAddress(address.address, prefixLength: address.prefixLength, to: network.index)
    }
    guard let gateway = address.gateway else { return }
    try must("route through \(gateway.text)") { () throws(Errno) in
      try linux.addDefaultRoute(via: gateway, index: network.index)
    }
  }

  /// What the links in /etc lead to.
  private static func writeFiles(
    hostname: String, nameServers: [IPAddress], _ linux: some Linux
  ) throws(BootError) {
    var resolv = ""
    for server in nameServers { resolv += "nameserver \(server.text)\n" }
    let hosts = "127.0.0.1\tlocalhost\n::1\tlocalhost\n127.0.1.1\t\(hostname)\n"
    try must("write /run/arrow") { () throws(Errno) in
      let folder = "\(taskRoot)/run/arrow"
      try linux.makeFolder(folder, mode: 0o755)
      try linux.write(resolv, into: "\(folder)/resolv.conf", [.write, .create])
      try linux.write(hosts, into: "\(folder)/hosts", [.write, .create])
      try linux.write(hostname + "\n", into: "\(folder)/hostname", [.write, .create])
    }
  }
}
