import ArrowSpec

/// The name servers and domains that routers have advertised (RFC 8106). Each has a lifetime.
struct AdvertisedNames {
  private var servers: [Advertised] = []
  private var domains: [Advertised] = []

  /// The bytes of an address or a name, and when its lifetime ends, in ms.
  private struct Advertised {
    var value: [UInt8]
    var end: UInt64
  }

  private static let newOption: UInt16 = 68
  private static let headerSize = 32
  private static let addressSize = 16
  private static let routerAdvertisement: UInt8 = 134
  private static let recursiveServers: UInt8 = 25
  private static let searchList: UInt8 = 31
  private static let maximum = 8

  /// An entry whose lifetime is over stays until the next message: having none would be no better.
  var inForce: NameService {
    NameService(servers: servers.map { IPAddress(bytes: $0.value) }, search: domains.map { $0.value })
  }

  /// Takes in a message of rtnetlink(7), RTM_NEWNDUSEROPT: struct nlmsghdr (16 bytes), struct nduseroptmsg (16 bytes,
  /// linux/rtnetlink.h), then one option.
  mutating func hear(_ message: [UInt8], about interface: Int32, at now: UInt64) {
    guard message.count > Self.headerSize + 8, UInt16(message[4]) | UInt16(message[5]) << 8 == Self.newOption,
      message[20..<24].reversed().reduce(0, { $0 << 8 | Int32($1) }) == interface,
      message[24] == Self.routerAdvertisement
    else { return }
    let option = message[Self.headerSize...].prefix(Int(message[Self.headerSize + 1]) * 8)
    guard option.count > 8, option.count == Int(message[Self.headerSize + 1]) * 8 else { return }
    let start = option.startIndex
    let lifetime = option[(start + 4)..<(start + 8)].reduce(0) { $0 << 8 | UInt64($1) }
    let content = option[(start + 8)...]
    let end = now + lifetime * 1000
    switch option[start] {
    case Self.recursiveServers where content.count % Self.addressSize == 0:
      let addresses = stride(from: content.startIndex, to: content.endIndex, by: Self.addressSize).map {
        Array(content[$0..<$0 + Self.addressSize])
      }
      Self.update(&servers, with: addresses, until: end, at: now)
    case Self.searchList:
      guard let names = DomainNames.read(content) else { return }
      Self.update(&domains, with: names, until: end, at: now)
    default: return
    }
  }

  /// A lifetime of zero withdraws the entry.
  private static func update(
    _ list: inout [Advertised], with values: [[UInt8]], until end: UInt64, at now: UInt64
  ) {
    for value in values {
      if let index = list.firstIndex(where: { $0.value == value }) {
        list[index].end = end
      } else if list.count < maximum {
        list.append(Advertised(value: value, end: end))
      }
    }
    list.removeAll { $0.end <= now }
  }
}
