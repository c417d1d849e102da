import ArrowSpec

/// The network while the task runs: DHCP's lease, which is renewed, changed, lost or obtained late, and the name
/// servers and domains that routers advertise.
struct LiveNetwork {
  private let interface: NetworkInterface
  /// `nil` where the addresses do not come by DHCP.
  private var client: DHCPClient?
  private var routers: RouterNews
  /// Whether the host knows that no server answers.
  private var isTold = false

  /// The host is told after this many attempts without an answer, which take eight seconds.
  private static let attemptsToTell = 6

  init(_ interface: NetworkInterface, _ client: DHCPClient?, _ routers: RouterNews) {
    self.interface = interface
    self.client = client
    self.routers = routers
  }

  var usesDHCP: Bool { client != nil }
  /// By DHCP.
  var address: IPAddress? { client?.lease?.address }
  var descriptors: [Int32] { [routers.descriptor] + (client.map { [$0.socket] } ?? []) }
  /// When ``tend(_:)`` has something to do.
  var time: UInt64 {
    if routers.hasMore { return 0 }
    guard let client else { return .max }
    return client.hasMore ? 0 : client.time
  }

  /// To be called when the host has slept: the lease may have run out meanwhile.
  mutating func hurry(_ linux: some Linux) { client?.hurry(linux) }

  /// Reads what has arrived and does what is due. The returned problem does not end the task; the host is to be told.
  mutating func tend(_ linux: some Linux) -> BootError? {
    do throws(BootError) {
      if try must("hear the routers on \(interface.name)", routers.read(about: interface.index, linux)) {
        try writeNames(linux)
      }
      return try tendLease(linux)
    } catch {
      return error
    }
  }

  private mutating func tendLease(_ linux: some Linux) throws(BootError) -> BootError? {
    let name = interface.name
    let before = client?.lease
    var change = try must("hear the DHCP server on \(name)", client?.receive(linux))
    // A change is acted on first: a lost address has to go before the client asks for another one.
    if change == nil { change = client?.act(linux) }
    switch change {
    case .gained(let lease):
      isTold = false
      if let before { try interface.remove(before, linux) }
      try interface.add(lease, linux)
      try writeNames(linux)
    case .lost:
      if let before { try interface.remove(before, linux) }
      return BootError("\(name) has lost its address: the DHCP server did not renew it")
    case nil:
      if let client, client.lease == nil, client.attempts == Self.attemptsToTell, !isTold {
        isTold = true
        return BootError("no DHCP server answered on \(name); it is asked again and again")
      }
    }
    return nil
  }

  private func writeNames(_ linux: some Linux) throws(BootError) {
    try HostFiles.write((client?.lease?.names ?? NameService()) + routers.nameService, linux)
  }
}
