import ArrowSpec

/// Gets an address by DHCP (RFC 2131), before the task starts.
enum DHCPClient {
  /// How long each attempt waits for an answer, in ms (RFC 2131 4.1: doubling, from a shorter start: a VM's server is near).
  private static let timeouts: [Int32] = [250, 500, 1000, 2000]

  static func lease(
    on interface: String, _ log: Log, _ linux: some Linux
  ) throws(BootError) -> KernelCommandLine.FixedAddress {
    let hardware = try must("read the address of \(interface)") { () throws(Errno) in
      try linux.line(of: "/sys/class/net/\(interface)/address")
    }
    guard let client = DHCPMessage.hardwareAddress(hardware) else {
      throw BootError("\(interface) has no Ethernet address: \(hardware)")
    }
    let socket = try must("open a DHCP socket on \(interface)") { () throws(Errno) in
      try linux.openDHCP(on: interface)
    }
    defer { linux.close(socket) }
    let exchange = Exchange(socket: socket, client: client, transaction: linux.random())
    for timeout in timeouts {
      let lease = try must("ask for an address by DHCP on \(interface)") { () throws(Errno) in
        try exchange.attempt(timeout: timeout, linux)
      }
      guard let lease else { continue }
      log.info("\(interface) has \(lease.address.text)/\(lease.prefixLength) by DHCP", linux)
      return lease.fixedAddress
    }
    throw BootError(
      "no DHCP server answered on \(interface)",
      hint: "give the address on the kernel command line: arrow.ip=ADDRESS/PREFIX,GATEWAY,DNS")
  }

  private struct Exchange {
    let socket: Int32
    let client: [UInt8]
    let transaction: UInt32

    /// DISCOVER, OFFER, REQUEST, ACK; `nil` when an answer does not come in time.
    func attempt(timeout: Int32, _ linux: some Linux) throws(Errno) -> DHCPMessage.Lease? {
      let end = linux.now() + UInt64(timeout)
      try linux.sendDHCP(DHCPMessage.discover(client: client, transaction: transaction), on: socket)
      guard let offer = try answer(.offer, until: end, linux) else { return nil }
      try linux.sendDHCP(DHCPMessage.request(offer, client: client, transaction: transaction), on: socket)
      return try answer(.acknowledgement, until: end, linux)
    }

    /// The next answer of this kind; malformed ones and strangers' are passed over.
    private func answer(
      _ kind: DHCPMessage.Kind, until end: UInt64, _ linux: some Linux
    ) throws(Errno) -> DHCPMessage.Lease? {
      while true {
        let now = linux.now()
        guard now < end, try linux.waitReadable(socket, timeout: Int32(end - now)) else { return nil }
        let packet = try linux.read(socket, atMost: 1500)
        if let lease = DHCPMessage.Lease(packet, kind, client: client, transaction: transaction) { return lease }
      }
    }
  }
}
