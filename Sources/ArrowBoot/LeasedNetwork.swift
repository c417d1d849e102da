import ArrowSpec

/// The NIC's address while the task runs, where it comes by DHCP: renewed, changed, lost, gained late.
struct LeasedNetwork {
  private let network: Network
  private var client: DHCPClient
  private var isTold = false

  /// So many attempts without an answer are told: four seconds.
  private static let attemptsToTell = 5

  init(_ network: Network, _ client: DHCPClient) {
    self.network = network
    self.client = client
  }

  var descriptor: Int32 { client.socket }
  /// When ``tend(_:)`` has something to do.
  var time: UInt64 { client.hasMore ? 0 : client.time }

  /// The host slept: the lease may be over.
  mutating func hurry(_ linux: some Linux) { client.hurry(linux) }

  /// Hears what came and does what is due. A problem does not end the task: it is told.
  mutating func tend(_ linux: some Linux) -> BootError? {
    do throws(BootError) {
      let before = client.lease
      let interface = network.interface
      var change = try must("hear the DHCP server on \(interface)") { () throws(Errno) in try client.receive(linux) }
      // An address that was lost goes before another one is asked for.
      if change == nil { change = client.act(linux) }
      switch change {
      case .gained(let lease):
        isTold = false
        if let before { try ConfigureNetwork.withdraw(before, from: network, linux) }
        try ConfigureNetwork.apply(lease, to: network, linux)
        try ConfigureNetwork.write(nameServers: lease.nameServers, linux)
      case .lost:
        if let before { try ConfigureNetwork.withdraw(before, from: network, linux) }
        return BootError("\(interface) has lost its address: the DHCP server did not renew it")
      case nil:
        if client.lease == nil, client.attempts == Self.attemptsToTell, !isTold {
          isTold = true
          return BootError("no DHCP server answered on \(interface); it is asked again and again")
        }
      }
      return nil
    } catch {
      return error
    }
  }
}
