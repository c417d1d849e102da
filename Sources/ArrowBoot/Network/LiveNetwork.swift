import ArrowSpec

/// The NIC's address and the name servers while the task runs: by DHCP, renewed, changed, lost, gained late; and what routers
/// advertise.
struct LiveNetwork {
  private let network: Network
  /// `nil` where addresses don't come by DHCP.
  private var client: DHCPClient?
  private var routers: RouterNews
  private var isTold = false

  /// So many attempts without an answer are told: eight seconds.
  private static let attemptsToTell = 6

  init(_ network: Network, _ client: DHCPClient?, _ routers: RouterNews) {
    self.network = network
    self.client = client
    self.routers = routers
  }

  var usesDHCP: Bool { client != nil }
  var descriptors: [Int32] { [routers.descriptor] + (client.map { [$0.socket] } ?? []) }
  /// When ``tend(_:)`` has something to do.
  var time: UInt64 {
    if routers.hasMore { return 0 }
    guard let client else { return .max }
    return client.hasMore ? 0 : client.time
  }

  /// The host slept: the lease may be over.
  mutating func hurry(_ linux: some Linux) { client?.hurry(linux) }

  /// Hears what came and does what is due. A problem does not end the task: it is told.
  mutating func tend(_ linux: some Linux) -> BootError? {
    do throws(BootError) {
      let interface = network.interface
      let hasNews = try must("hear the routers on \(interface)") { () throws(Errno) in
        try routers.read(about: network.index, linux)
      }
      if hasNews { try writeNames(linux) }
      return try tendLease(linux)
    } catch {
      return error
    }
  }

  private mutating func tendLease(_ linux: some Linux) throws(BootError) -> BootError? {
    let interface = network.interface
    let before = client?.lease
    var change = try must("hear the DHCP server on \(interface)") { () throws(Errno) in try client?.receive(linux) }
    // An address that was lost goes before another one is asked for.
    if change == nil { change = client?.act(linux) }
    switch change {
    case .gained(let lease):
      isTold = false
      if let before { try ConfigureNetwork.withdraw(before, from: network, linux) }
      try ConfigureNetwork.apply(lease, to: network, linux)
      try writeNames(linux)
    case .lost:
      if let before { try ConfigureNetwork.withdraw(before, from: network, linux) }
      return BootError("\(interface) has lost its address: the DHCP server did not renew it")
    case nil:
      if let client, client.lease == nil, client.attempts == Self.attemptsToTell, !isTold {
        isTold = true
        return BootError("no DHCP server answered on \(interface); it is asked again and again")
      }
    }
    return nil
  }

  private func writeNames(_ linux: some Linux) throws(BootError) {
    try ConfigureNetwork.write((client?.lease?.names ?? NameService()) + routers.nameService, linux)
  }
}
