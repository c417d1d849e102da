import ArrowSpec

/// What resolv.conf(5) says: the servers that resolve names, and the domains in which short names are looked up.
struct NameService: Equatable {
  var servers: [IPAddress] = []
  /// Names of domains, as bytes.
  var search: [[UInt8]] = []

  /// musl and glibc use three servers. musl reads 255 bytes of the list of domains.
  private static let maximumServers = 3
  private static let maximumSearch = 255

  static func + (first: NameService, second: NameService) -> NameService {
    NameService(servers: first.servers + second.servers, search: first.search + second.search)
  }

  /// The file. Entries that no C library would read are left out.
  var text: String {
    var text = ""
    for server in servers.prefix(Self.maximumServers) { text += "nameserver \(server.text)\n" }
    var list: [UInt8] = []
    for domain in search where list.count + domain.count < Self.maximumSearch { list += [UInt8(ascii: " ")] + domain }
    return list.isEmpty ? text : text + "search" + String(decoding: list, as: UTF8.self) + "\n"
  }
}

/// Names of domains as DNS encodes them (RFC 1035 3.1). DHCP's option 119 (RFC 3397) and router advertisements (RFC
/// 8106) use that encoding.
enum DomainNames {
  private static let longest = 255
  private static let endOfLabels: UInt8 = 0
  private static let pointer: UInt8 = 0xC0

  /// `nil` where a name is cut short, contains itself, or is no host name. Empty names are padding.
  static func read(_ bytes: ArraySlice<UInt8>) -> [[UInt8]]? {
    var names: [[UInt8]] = []
    var next = bytes.startIndex
    while next < bytes.endIndex {
      guard let (name, end) = name(at: next, in: bytes) else { return nil }
      if !name.isEmpty { names.append(name) }
      next = end
    }
    return names
  }

  /// One name, and the position behind it.
  private static func name(at start: Int, in bytes: ArraySlice<UInt8>) -> (name: [UInt8], end: Int)? {
    var name: [UInt8] = []
    var end: Int?
    var position = start
    while position < bytes.endIndex {
      let length = bytes[position]
      if length == endOfLabels { return (name, end ?? position + 1) }
      if length & pointer == pointer {
        guard position + 1 < bytes.endIndex else { return nil }
        let target = bytes.startIndex + (Int(length & ~pointer) << 8 | Int(bytes[position + 1]))
        // A pointer must lead backwards, so the loop ends.
        guard target < position else { return nil }
        if end == nil { end = position + 2 }
        position = target
        continue
      }
      let label = bytes[(position + 1)...].prefix(Int(length))
      guard length < 64, label.count == length, isLabel(label) else { return nil }
      name += (name.isEmpty ? [] : [UInt8(ascii: ".")]) + label
      guard name.count <= longest else { return nil }
      position += 1 + Int(length)
    }
    return nil
  }

  /// Whether the text is a domain's name; DHCP's option 15 is plain text.
  static func isDomain(_ text: ArraySlice<UInt8>) -> Bool {
    (1...longest).contains(text.count)
      && text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy {
        !$0.isEmpty && isLabel($0)
      }
  }

  private static func isLabel(_ label: ArraySlice<UInt8>) -> Bool {
    label.count < 64
      && label.allSatisfy { isASCIILetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
  }
}
