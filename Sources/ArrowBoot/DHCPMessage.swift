import ArrowSpec

/// Messages of RFC 2131 and the options of RFC 2132 that a VM needs.
enum DHCPMessage {
  enum Kind: UInt8 {
    case discover = 1
    case offer = 2
    case request = 3
    case acknowledgement = 5
  }

  private enum Option {
    static let subnetMask: UInt8 = 1
    static let router: UInt8 = 3
    static let nameServers: UInt8 = 6
    static let requestedAddress: UInt8 = 50
    static let leaseTime: UInt8 = 51
    static let kind: UInt8 = 53
    static let server: UInt8 = 54
    static let parameters: UInt8 = 55
    static let end: UInt8 = 255
  }

  private static let cookie: [UInt8] = [99, 130, 83, 99]
  private static let optionsStart = 240
  private static let smallest = 300

  /// What a server offers or has granted.
  struct Lease: Equatable {
    var address: IPAddress
    var prefixLength: Int
    var gateway: IPAddress?
    var nameServers: [IPAddress]
    var server: [UInt8]
    /// In seconds.
    var time: UInt32

    var fixedAddress: KernelCommandLine.FixedAddress {
      .init(address: address, prefixLength: prefixLength, gateway: gateway, nameServers: nameServers)
    }
  }

  static func discover(client: [UInt8], transaction: UInt32) -> [UInt8] {
    message(.discover, client: client, transaction: transaction, options: [])
  }

  static func request(_ offer: Lease, client: [UInt8], transaction: UInt32) -> [UInt8] {
    let options = [Option.requestedAddress, 4] + offer.address.bytes + [Option.server, 4] + offer.server
    return message(.request, client: client, transaction: transaction, options: options)
  }

  private static func message(_ kind: Kind, client: [UInt8], transaction: UInt32, options: [UInt8]) -> [UInt8] {
    // BOOTREQUEST over Ethernet; the answer is to come by broadcast, since the address is not ours yet.
    var message: [UInt8] = [1, 1, 6, 0]
    message += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: transaction >> $0) }
    message += [0, 0, 0x80, 0]
    message += [UInt8](repeating: 0, count: 16) + client + [UInt8](repeating: 0, count: 10 + 64 + 128)
    message += cookie + [Option.kind, 1, kind.rawValue]
    message += options
    message += [Option.parameters, 3, Option.subnetMask, Option.router, Option.nameServers, Option.end]
    // Some servers and relays pass over what is shorter than a BOOTP message was (RFC 1542 2.1).
    return message + [UInt8](repeating: 0, count: max(0, smallest - message.count))
  }

  /// `52:54:00:12:34:56` in bytes.
  static func hardwareAddress(_ text: String) -> [UInt8]? {
    let parts = text.utf8.split(separator: 0x3A)
    let bytes = parts.compactMap { hexByte(Array($0)) }
    return parts.count == 6 && bytes.count == 6 ? bytes : nil
  }
}

extension DHCPMessage.Lease {
  /// The lease in a server's answer; `nil` for anything but a well-formed answer of this kind to this client.
  init?(_ packet: [UInt8], _ kind: DHCPMessage.Kind, client: [UInt8], transaction: UInt32) {
    guard packet.count > DHCPMessage.optionsStart, packet[0] == 2, packet[1] == 1, packet[2] == 6,
      DHCPMessage.number(packet[4..<8]) == transaction, packet[28..<34].elementsEqual(client),
      packet[236..<240].elementsEqual(DHCPMessage.cookie)
    else { return nil }
    var mask: ArraySlice<UInt8> = []
    var router: ArraySlice<UInt8> = []
    var servers: ArraySlice<UInt8> = []
    var identity: ArraySlice<UInt8> = []
    var leaseTime: ArraySlice<UInt8> = []
    var answered: ArraySlice<UInt8> = []
    var rest = packet[DHCPMessage.optionsStart...]
    while let code = rest.popFirst(), code != DHCPMessage.Option.end {
      if code == 0 { continue }
      guard let length = rest.popFirst(), rest.count >= Int(length) else { return nil }
      let value = rest.prefix(Int(length))
      rest = rest.dropFirst(Int(length))
      switch code {
      case DHCPMessage.Option.subnetMask: mask = value
      case DHCPMessage.Option.router: router = value
      case DHCPMessage.Option.nameServers: servers = value
      case DHCPMessage.Option.server: identity = value
      case DHCPMessage.Option.leaseTime: leaseTime = value
      case DHCPMessage.Option.kind: answered = value
      default: break
      }
    }
    let address = IPAddress(bytes: Array(packet[16..<20]))
    guard answered.elementsEqual([kind.rawValue]), identity.count == 4, mask.count == 4, leaseTime.count == 4,
      router.count % 4 == 0, router.isEmpty || DHCPMessage.isHost(router), servers.count % 4 == 0,
      DHCPMessage.isHost(address.bytes[...]),
      let prefixLength = DHCPMessage.prefixLength(mask)
    else { return nil }
    self.address = address
    self.prefixLength = prefixLength
    gateway = router.isEmpty ? nil : IPAddress(bytes: Array(router.prefix(4)))
    nameServers = stride(from: servers.startIndex, to: servers.endIndex, by: 4).prefix(3).map {
      IPAddress(bytes: Array(servers[$0..<$0 + 4]))
    }
    server = Array(identity)
    time = DHCPMessage.number(leaseTime)
  }
}

extension DHCPMessage {
  fileprivate static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }

  /// Neither nothing, loopback, multicast nor broadcast.
  fileprivate static func isHost(_ address: ArraySlice<UInt8>) -> Bool {
    address.first.map { $0 != 0 && $0 != 127 && $0 < 224 } ?? false
  }

  /// A mask's ones, which must stand together.
  fileprivate static func prefixLength(_ mask: ArraySlice<UInt8>) -> Int? {
    let bits = number(mask)
    let ones = bits.nonzeroBitCount
    return ones > 0 && bits == ~UInt32(0) << UInt32(32 - ones) ? ones : nil
  }
}
