import ArrowSpec

/// The VM's NIC: its addresses, routes and MTU. The errors name the stage whose `file` is passed on.
struct NetworkInterface {
  var name: String
  var index: Int32
  /// Whether the command line gives its MTU; DHCP's is ignored then.
  var hasFixedMTU = false

  /// The first one that is a device; `nil` where the VM has no NIC.
  static func first(file: StaticString = #fileID, _ linux: some Linux) throws(BootError) -> NetworkInterface? {
    let folder = "/sys/class/net"
    let names = try must("list the network interfaces", file: file, linux.names(in: folder))
    for name in names {
      let isDevice = try must("look at \(name)", file: file, linux.exists("\(folder)/\(name)/device"))
      if !isDevice { continue }
      let index = try must("read the index of \(name)", file: file, linux.line(of: "\(folder)/\(name)/ifindex"))
      return NetworkInterface(name: name, index: Int32(decimal(index.utf8) ?? 0))
    }
    return nil
  }

  func set(mtu: Int, file: StaticString = #fileID, _ linux: some Linux) throws(BootError) {
    try must("set the MTU of \(name) to \(mtu)", file: file, linux.setMTU(mtu, of: index))
  }

  func add(_ given: KernelCommandLine.FixedAddress, file: StaticString = #fileID, _ linux: some Linux) throws(BootError)
  {
    try add(given.address, given.prefixLength, file, linux)
    if let gateway = given.gateway { try add(.everything(via: gateway), file, linux) }
  }

  func add(_ lease: DHCPMessage.Lease, file: StaticString = #fileID, _ linux: some Linux) throws(BootError) {
    if let mtu = lease.mtu, !hasFixedMTU { try set(mtu: mtu, file: file, linux) }
    try add(lease.address, lease.prefixLength, file, linux)
    for route in lease.routes { try add(route, file, linux) }
  }

  /// The routes go with the address.
  func remove(_ lease: DHCPMessage.Lease, file: StaticString = #fileID, _ linux: some Linux) throws(BootError) {
    try must(
      "take the address \(lease.address.text) from \(name)", file: file,
      linux.removeAddress(lease.address, prefixLength: lease.prefixLength, from: index))
  }

  private func add(
    _ address: IPAddress, _ prefixLength: Int, _ file: StaticString, _ linux: some Linux
  ) throws(BootError) {
    try must(
      "give \(name) the address \(address.text)/\(prefixLength)", file: file,
      linux.addAddress(address, prefixLength: prefixLength, to: index))
  }

  private func add(_ route: Route, _ file: StaticString, _ linux: some Linux) throws(BootError) {
    try must(
      "add the route \(route.text)", file: file,
      tolerating(
        .exists, because: "the kernel has those of the NIC's own network", linux.addRoute(route, on: index)))
  }
}
