import ArrowSpec

/// Configures loopback, the NIC's addresses and routes, and the files that name hosts.
enum ConfigureNetwork {
  private static let loopback: Int32 = 1
  /// How long DHCP may take before a task that exports a port, in ms: without an address nobody could reach the port.
  /// dnsmasq, libvirt's server, checks for three seconds whether an address is free before it offers it.
  private static let patience: UInt64 = 7750
  /// How long it may take before other tasks, in ms: enough for a server as fast as QEMU's.
  private static let moment: UInt64 = 100

  /// The NIC, and what can change there while the task runs. `nil` where there is no NIC or where it is to stay off.
  static func configure(
    _ commandLine: KernelCommandLine, for task: Task, _ log: Log, _ linux: some Linux
  ) throws(BootError) -> (interface: NetworkInterface, live: LiveNetwork?)? {
    let wanted = commandLine.network
    let hostname = task.spec.hostname ?? hostname(for: task.arrow)
    let aliases = task.spec.hostAliases
    try must("set the host name \(hostname)", linux.setHostname(hostname))
    try must("bring up the loopback interface", linux.linkUp(loopback))
    guard wanted != .off, var interface = try NetworkInterface.first(linux) else {
      if wanted != nil && wanted != .off { throw BootError("arrow.ip is given, but there is no NIC") }
      if let port = task.spec.ports.first {
        throw BootError(
          "port \(port.export) is exported, but " + (wanted == .off ? "arrow.ip is off" : "there is no NIC"),
          hint: "-netdev user,id=net -device virtio-net-device,netdev=net")
      }
      try HostFiles.write(hostname: hostname, aliases, NameService(), linux)
      return nil
    }
    try must("bring up \(interface.name)", linux.linkUp(interface.index))
    if let mtu = commandLine.mtu { try interface.set(mtu: mtu, linux) }
    interface.hasFixedMTU = commandLine.mtu != nil
    if case .fixed(let given) = wanted {
      for address in given { try interface.add(address, linux) }
      try HostFiles.write(hostname: hostname, aliases, NameService(servers: given.flatMap { $0.nameServers }), linux)
      return (interface, nil)
    }
    let routers = RouterNews(try must("listen to what routers advertise", linux.openRouterNews()))
    if wanted == .slaac {
      // The kernel gets the addresses by itself.
      try HostFiles.write(hostname: hostname, aliases, NameService(), linux)
      return (interface, LiveNetwork(interface, nil, routers))
    }
    let client = try lease(interface, hostname, aliases, isNeeded: !task.spec.ports.isEmpty, log, linux)
    return (interface, LiveNetwork(interface, client, routers))
  }

  private static func lease(
    _ interface: NetworkInterface, _ hostname: String, _ aliases: [Spec.HostAlias], isNeeded: Bool, _ log: Log,
    _ linux: some Linux
  ) throws(BootError) -> DHCPClient {
    let name = interface.name
    var client = try DHCPClient(on: name, hostname: hostname, linux)
    try must(
      "ask for an address by DHCP on \(name)",
      client.waitForLease(patience: isNeeded ? patience : moment, linux))
    if client.lease == nil, isNeeded {
      throw BootError(
        "no DHCP server answered on \(name)",
        hint: "say arrow.ip=ADDRESS/PREFIX,GATEWAY,DNS on the kernel command line, or arrow.ip=slaac for IPv6 alone")
    }
    if let lease = client.lease { try interface.add(lease, linux) }
    try HostFiles.write(hostname: hostname, aliases, client.lease?.names ?? NameService(), linux)
    let address = client.lease.map { "\($0.address.text)/\($0.prefixLength)" } ?? "no address yet"
    log.info("\(name) has \(address) by DHCP", linux)
    return client
  }

  /// The arrow's name as a host name (RFC 1123): at most 63 bytes, other characters replaced.
  private static func hostname(for arrow: String) -> String {
    let letters = arrow.utf8.prefix(63).map {
      isASCIILetterOrDigit($0) || $0 == UInt8(ascii: ".") ? $0 : UInt8(ascii: "-")
    }
    return String(decoding: letters, as: UTF8.self)
  }
}
