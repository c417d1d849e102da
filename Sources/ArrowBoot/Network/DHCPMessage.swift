import ArrowSpec

/// Messages of RFC 2131 and the options of RFC 2132 that a VM needs.
enum DHCPMessage {
  enum Kind: UInt8 {
    case discover = 1
    case offer = 2
    case request = 3
    case acknowledgement = 5
    case refusal = 6
  }

  private enum Option {
    static let subnetMask: UInt8 = 1
    static let router: UInt8 = 3
    static let nameServers: UInt8 = 6
    static let hostname: UInt8 = 12
    static let domain: UInt8 = 15
    static let mtu: UInt8 = 26
    static let requestedAddress: UInt8 = 50
    static let leaseTime: UInt8 = 51
    static let kind: UInt8 = 53
    static let server: UInt8 = 54
    static let parameters: UInt8 = 55
    static let renewalTime: UInt8 = 58
    static let rebindingTime: UInt8 = 59
    static let search: UInt8 = 119
    static let routes: UInt8 = 121
    static let end: UInt8 = 255
  }

  /// The options that the client asks for. Static routes stand before routers, as RFC 3442 demands.
  private static let wanted: [UInt8] = [
    Option.subnetMask, Option.routes, Option.router, Option.nameServers, Option.domain, Option.mtu, Option.search,
  ]
  private static let cookie: [UInt8] = [99, 130, 83, 99]
  private static let optionsStart = 240
  private static let smallest = 300
  private static let maximumRoutes = 64

  /// What a server offers or has granted.
  struct Lease: Equatable {
    var address: IPAddress
    var prefixLength: Int
    var routes: [Route]
    var names: NameService
    var mtu: Int?
    var server: [UInt8]
    /// In seconds. `renewal` is T1 and `rebinding` is T2; `nil` where the server does not say them.
    var time: UInt32
    var renewal: UInt32?
    var rebinding: UInt32?
  }

  /// Who asks for an address.
  struct Client {
    var hardware: [UInt8]
    /// At most 63 bytes. Some servers enter it into DNS.
    var hostname: [UInt8]
  }

  static func discover(client: Client, transaction: UInt32) -> [UInt8] {
    message(.discover, client: client, transaction: transaction, options: [])
  }

  static func request(_ offer: Lease, client: Client, transaction: UInt32) -> [UInt8] {
    let options = [Option.requestedAddress, 4] + offer.address.bytes + [Option.server, 4] + offer.server
    return message(.request, client: client, transaction: transaction, options: options)
  }

  /// A request for the same lease again. The address is ours already, so the message has it and the answer goes there.
  static func renewal(of lease: Lease, client: Client, transaction: UInt32) -> [UInt8] {
    message(.request, client: client, transaction: transaction, address: lease.address, options: [])
  }

  private static func message(
    _ kind: Kind, client: Client, transaction: UInt32, address: IPAddress? = nil, options: [UInt8]
  ) -> [UInt8] {
    // BOOTREQUEST over Ethernet. The answer has to come by broadcast while the address is not ours yet.
    var message: [UInt8] = [1, 1, 6, 0]
    message += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: transaction >> $0) }
    message += [0, 0, address == nil ? 0x80 : 0, 0] + (address?.bytes ?? [0, 0, 0, 0])
    message += [UInt8](repeating: 0, count: 12) + client.hardware + [UInt8](repeating: 0, count: 10 + 64 + 128)
    message += cookie + [Option.kind, 1, kind.rawValue]
    message += options
    message += [Option.hostname, UInt8(client.hostname.count)] + client.hostname
    message += [Option.parameters, UInt8(wanted.count)] + wanted + [Option.end]
    // Some servers and relays ignore messages that are shorter than BOOTP's were (RFC 1542 2.1).
    return message + [UInt8](repeating: 0, count: max(0, smallest - message.count))
  }

  /// `52:54:00:12:34:56` in bytes.
  static func hardwareAddress(_ text: String) -> [UInt8]? {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"))
    let bytes = parts.compactMap { hexByte(Array($0)) }
    return parts.count == 6 && bytes.count == 6 ? bytes : nil
  }
}

extension DHCPMessage {
  /// A well-formed answer of a server to this client.
  struct Answer {
    var kind: Kind
    /// The usable lease that it offers or grants; `nil` where there is none.
    var lease: Lease?

    init?(_ packet: [UInt8], client: [UInt8], transaction: UInt32) {
      guard packet.count > DHCPMessage.optionsStart, packet[0] == 2, packet[1] == 1, packet[2] == 6,
        DHCPMessage.number(packet[4..<8]) == transaction, packet[28..<34].elementsEqual(client),
        packet[236..<240].elementsEqual(DHCPMessage.cookie), let options = Options(packet),
        let kind = options.kind.count == 1 ? options.kind.first.flatMap({ Kind(rawValue: $0) }) : nil
      else { return nil }
      self.kind = kind
      lease = Lease(IPAddress(bytes: Array(packet[16..<20])), options)
    }
  }

  /// The values of the options; empty for those that the message does not have.
  fileprivate struct Options {
    var mask: ArraySlice<UInt8> = []
    var router: ArraySlice<UInt8> = []
    var nameServers: ArraySlice<UInt8> = []
    var domain: ArraySlice<UInt8> = []
    var mtu: ArraySlice<UInt8> = []
    var leaseTime: ArraySlice<UInt8> = []
    var kind: ArraySlice<UInt8> = []
    var server: ArraySlice<UInt8> = []
    var renewalTime: ArraySlice<UInt8> = []
    var rebindingTime: ArraySlice<UInt8> = []
    /// These may be too long for one option; their parts are joined (RFC 3396).
    var search: [UInt8] = []
    var routes: [UInt8] = []

    /// `nil` where an option is cut short.
    init?(_ packet: [UInt8]) {
      var rest = packet[DHCPMessage.optionsStart...]
      while let code = rest.popFirst(), code != Option.end {
        if code == 0 { continue }
        guard let length = rest.popFirst(), rest.count >= Int(length) else { return nil }
        let value = rest.prefix(Int(length))
        rest = rest.dropFirst(Int(length))
        switch code {
        case Option.subnetMask: mask = value
        case Option.router: router = value
        case Option.nameServers: nameServers = value
        case Option.domain: domain = value
        case Option.mtu: mtu = value
        case Option.leaseTime: leaseTime = value
        case Option.kind: kind = value
        case Option.server: server = value
        case Option.renewalTime: renewalTime = value
        case Option.rebindingTime: rebindingTime = value
        case Option.search: search += value
        case Option.routes: routes += value
        default: break
        }
      }
    }
  }
}

extension DHCPMessage.Lease {
  /// `nil` where the network cannot be set up from it.
  fileprivate init?(_ address: IPAddress, _ options: DHCPMessage.Options) {
    guard options.server.count == 4, options.mask.count == 4, options.leaseTime.count == 4,
      DHCPMessage.number(options.leaseTime) > 0, options.router.count % 4 == 0,
      options.router.isEmpty || DHCPMessage.isHost(options.router), options.nameServers.count % 4 == 0,
      DHCPMessage.isHost(address.bytes[...]), let prefixLength = DHCPMessage.prefixLength(options.mask)
    else { return nil }
    self.address = address
    self.prefixLength = prefixLength
    // Where there are static routes, the router option is ignored (RFC 3442).
    let router = IPAddress(bytes: Array(options.router.prefix(4)))
    routes =
      (options.routes.isEmpty ? nil : DHCPMessage.routes(options.routes))
      ?? (options.router.isEmpty ? [] : [.everything(via: router)])
    let servers = options.nameServers
    let addresses = stride(from: servers.startIndex, to: servers.endIndex, by: 4).map {
      IPAddress(bytes: Array(servers[$0..<$0 + 4]))
    }
    let domain = DomainNames.isDomain(options.domain) ? [Array(options.domain)] : []
    let search = DomainNames.read(options.search[...]) ?? []
    names = NameService(servers: addresses, search: search.isEmpty ? domain : search)
    let mtu = Int(DHCPMessage.number(options.mtu))
    self.mtu = options.mtu.count == 2 && mtu >= KernelCommandLine.smallestMTU ? mtu : nil
    server = Array(options.server)
    time = DHCPMessage.number(options.leaseTime)
    renewal = options.renewalTime.count == 4 ? DHCPMessage.number(options.renewalTime) : nil
    rebinding = options.rebindingTime.count == 4 ? DHCPMessage.number(options.rebindingTime) : nil
  }
}

extension DHCPMessage {
  fileprivate static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }

  /// Whether the address can be a host's: not 0.0.0.0/8, not loopback, not multicast and not broadcast.
  fileprivate static func isHost(_ address: ArraySlice<UInt8>) -> Bool {
    address.first.map { $0 != 0 && $0 != 127 && $0 < 224 } ?? false
  }

  /// RFC 3442: for each route the length of its prefix, the bytes of the prefix that count, and the router. `nil` where
  /// one is malformed.
  fileprivate static func routes(_ bytes: [UInt8]) -> [Route]? {
    var routes: [Route] = []
    var rest = bytes[...]
    while let length = rest.popFirst() {
      let significant = (Int(length) + 7) / 8
      guard length <= 32, rest.count >= significant + 4, routes.count < maximumRoutes else { return nil }
      let destination = Array(rest.prefix(significant)) + [UInt8](repeating: 0, count: 4 - significant)
      let router = Array(rest.dropFirst(significant).prefix(4))
      rest = rest.dropFirst(significant + 4)
      let mask = length == 0 ? 0 : ~UInt32(0) << UInt32(32 - length)
      guard number(destination[...]) & ~mask == 0 else { return nil }
      routes.append(
        Route(
          destination: IPAddress(bytes: destination), prefixLength: Int(length),
          gateway: number(router[...]) == 0 ? nil : IPAddress(bytes: router)))
    }
    return routes
  }

  /// The number of ones in a mask; `nil` where they are not all at its beginning.
  fileprivate static func prefixLength(_ mask: ArraySlice<UInt8>) -> Int? {
    let bits = number(mask)
    let ones = bits.nonzeroBitCount
    return ones > 0 && bits == ~UInt32(0) << UInt32(32 - ones) ? ones : nil
  }
}
