/// What the words `arrow=…` and `arrow.*=…` say (docs/contracts.md, "The kernel command line").
public struct KernelCommandLine {
  public enum Network: Equatable {
    case dhcp
    case off
    /// IPv6 alone, as a router advertises it (RFC 4862).
    case slaac
    case fixed([FixedAddress])
  }

  /// One `ADDR/PREFIX[,GATEWAY[,DNS…]]`.
  public struct FixedAddress: Equatable {
    public var address: IPAddress
    public var prefixLength: Int
    public var gateway: IPAddress?
    public var nameServers: [IPAddress]

    public init(address: IPAddress, prefixLength: Int, gateway: IPAddress?, nameServers: [IPAddress]) {
      self.address = address
      self.prefixLength = prefixLength
      self.gateway = gateway
      self.nameServers = nameServers
    }
  }

  /// `PREFIX[,PREFIX…][;NAMESERVER…]`: addresses with which the task can't begin anything. Of the name servers among
  /// them it reaches port 53. They stand here, because what a network says of itself is not to be trusted with it.
  public struct Denial: Equatable {
    public var prefixes: [AddressPrefix]
    public var nameServers: [IPAddress]

    public init(prefixes: [AddressPrefix], nameServers: [IPAddress]) {
      self.prefixes = prefixes
      self.nameServers = nameServers
    }

    public func denies(_ address: IPAddress) -> Bool { prefixes.contains { $0.contains(address) } }
  }

  public enum Log: Int { case quiet, info, debug }

  public enum Pieces: Equatable {
    /// `serial:NAME`, `label:NAME`, an absolute device path or a file in the initrd.
    case serial(String)
    case label(String)
    case path(String)
  }

  public var arrow: String?
  /// `nil`: DHCP where there is a NIC.
  public var network: Network?
  /// Of the NIC; `nil`: what DHCP says, else the kernel's own.
  public var mtu: Int?
  /// `nil`: the task reaches whatever the network leads to.
  public var denial: Denial?
  public var pieces: Pieces?
  /// 64 hexadecimal digits.
  public var verityRootHash: String?
  public var log = Log.quiet

  /// The longest command line an x86 kernel takes, in bytes (COMMAND_LINE_SIZE less its NUL).
  public static let maximumSize = 2047

  /// The smallest MTU of an IPv4 network (RFC 791).
  public static let smallestMTU = 576

  static let keys = ["arrow", "arrow.ip", "arrow.mtu", "arrow.deny", "arrow.pieces", "arrow.verity", "arrow.log"]

  /// `text` is what /proc/cmdline holds. Words without `arrow` are the kernel's and are skipped.
  public init(_ text: [UInt8]) throws(SpecError) {
    var seen: [String] = []
    for (word, offset) in Self.words(text) {
      guard word.starts(with: "arrow".utf8) else { continue }
      let separator = word.firstIndex(of: UInt8(ascii: "=")) ?? word.endIndex
      let key = String(decoding: word[..<separator], as: UTF8.self)
      // `arrow` and `arrow.…` are ours, `arrows=1` is not.
      let next = word.dropFirst(5).first
      guard next == nil || next == UInt8(ascii: "=") || next == UInt8(ascii: ".") else { continue }
      guard Self.keys.contains(where: { $0.hasSameBytes(as: key) }) else {
        throw SpecError("unknown key \(quoted(key))", at: offset, hint: nameHint(key, among: Self.keys))
      }
      guard separator < word.endIndex, separator + 1 < word.endIndex else {
        throw SpecError("\"\(key)\" has no value", at: offset)
      }
      if seen.contains(where: { $0.hasSameBytes(as: key) }) {
        throw SpecError("\"\(key)=\" stands twice", at: offset, hint: "one \(key)= only")
      }
      seen.append(key)
      try set(key, to: word[(separator + 1)...], at: offset)
    }
  }

  private mutating func set(_ key: String, to value: ArraySlice<UInt8>, at offset: Int) throws(SpecError) {
    if key.hasSameBytes(as: "arrow") {
      let name = try Self.printable(value, at: offset)
      if let problem = problemWithName(name) {
        throw SpecError("the arrow's name \(quoted(name)) \(problem)", at: offset)
      }
      arrow = name
    } else if key.hasSameBytes(as: "arrow.ip") {
      network = try Network(value, at: offset)
    } else if key.hasSameBytes(as: "arrow.mtu") {
      guard let number = decimal(value), (Self.smallestMTU...65_535).contains(number), value.first != UInt8(ascii: "0")
      else {
        throw SpecError("arrow.mtu is not a number from \(Self.smallestMTU) to 65535", at: offset)
      }
      mtu = number
    } else if key.hasSameBytes(as: "arrow.deny") {
      denial = try Denial(value, at: offset)
    } else if key.hasSameBytes(as: "arrow.pieces") {
      pieces = try Pieces(try Self.printable(value, at: offset), at: offset)
    } else if key.hasSameBytes(as: "arrow.verity") {
      guard value.count == 64,
        value.allSatisfy({ isASCIIDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) })
      else {
        throw SpecError("arrow.verity is not a root hash", at: offset, hint: "64 hexadecimal digits, in small letters")
      }
      verityRootHash = String(decoding: value, as: UTF8.self)
    } else {
      let levels = ["quiet", "info", "debug"]
      guard let level = levels.firstIndex(where: { value.elementsEqual($0.utf8) }) else {
        throw SpecError("arrow.log is none of quiet, info, debug", at: offset)
      }
      log = Log(rawValue: level) ?? .quiet
    }
  }

  private static func printable(_ value: ArraySlice<UInt8>, at offset: Int) throws(SpecError) -> String {
    guard value.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw SpecError("a byte that is not printable ASCII", at: offset)
    }
    return String(decoding: value, as: UTF8.self)
  }

  /// The words as the kernel splits them (next_arg() in lib/cmdline.c): at white space outside double quotes; a quoted
  /// value loses its quotes.
  static func words(_ text: [UInt8]) -> [(ArraySlice<UInt8>, Int)] {
    var result: [(ArraySlice<UInt8>, Int)] = []
    var word: [UInt8] = []
    var start = 0
    var isQuoted = false
    for (offset, byte) in text.enumerated() {
      if !isQuoted, isWhiteSpace(byte) {
        if !word.isEmpty { result.append((word[...], start)) }
        word = []
        continue
      }
      if word.isEmpty { start = offset }
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() } else { word.append(byte) }
    }
    if !word.isEmpty { result.append((word[...], start)) }
    return result
  }

  /// The kernel's isspace(), for which Latin-1's no-break space is one; and NUL, which ends the text.
  private static func isWhiteSpace(_ byte: UInt8) -> Bool {
    switch byte {
    case 0, 0x09...0x0D, 0x20, 0xA0: true
    default: false
    }
  }
}

extension KernelCommandLine.Network {
  /// Several addresses (IPv4 and IPv6) are joined by `;`.
  init(_ value: ArraySlice<UInt8>, at offset: Int) throws(SpecError) {
    if value.elementsEqual("dhcp".utf8) {
      self = .dhcp
    } else if value.elementsEqual("off".utf8) {
      self = .off
    } else if value.elementsEqual("slaac".utf8) {
      self = .slaac
    } else {
      var addresses: [KernelCommandLine.FixedAddress] = []
      for text in value.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
        guard let address = KernelCommandLine.FixedAddress(text) else {
          throw SpecError(
            "arrow.ip has \(quoted(String(decoding: text, as: UTF8.self)))", at: offset,
            hint: "ADDRESS/PREFIX[,GATEWAY[,DNS...]], dhcp, slaac or off")
        }
        addresses.append(address)
      }
      self = .fixed(addresses)
    }
  }
}

extension KernelCommandLine.FixedAddress {
  init?(_ text: ArraySlice<UInt8>) {
    let fields = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard let first = fields.first, let prefix = AddressPrefix(first) else { return nil }
    address = prefix.address
    prefixLength = prefix.length
    nameServers = []
    for (index, field) in fields.enumerated().dropFirst() where !(index == 1 && field.isEmpty) {
      guard let address = IPAddress(field) else { return nil }
      if index == 1 { gateway = address } else { nameServers.append(address) }
    }
    if let gateway, gateway.isIPv6 != address.isIPv6 { return nil }
  }
}

extension KernelCommandLine.Denial {
  init(_ value: ArraySlice<UInt8>, at offset: Int) throws(SpecError) {
    func fields(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
      text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    }
    func wrong(_ text: ArraySlice<UInt8>) -> SpecError {
      SpecError(
        "arrow.deny has \(quoted(String(decoding: text, as: UTF8.self)))", at: offset,
        hint: "PREFIX[,PREFIX...][;NAMESERVER...], as in 10.0.2.0/24,fec0::/64;10.0.2.3")
    }
    self.init(prefixes: [], nameServers: [])
    let end = value.firstIndex(of: UInt8(ascii: ";")) ?? value.endIndex
    for text in fields(value[..<end]) {
      guard let prefix = AddressPrefix(text) else { throw wrong(text) }
      prefixes.append(prefix)
    }
    for text in end == value.endIndex ? [] : fields(value[(end + 1)...]) {
      guard let server = IPAddress(text) else { throw wrong(text) }
      nameServers.append(server)
    }
  }
}

extension KernelCommandLine.Pieces {
  init(_ text: String, at offset: Int) throws(SpecError) {
    if text.utf8.starts(with: "serial:".utf8), text.utf8.count > 7 {
      self = .serial(String(decoding: text.utf8.dropFirst(7), as: UTF8.self))
    } else if text.utf8.starts(with: "label:".utf8), text.utf8.count > 6 {
      self = .label(String(decoding: text.utf8.dropFirst(6), as: UTF8.self))
    } else if text.utf8.first == UInt8(ascii: "/") {
      self = .path(text)
    } else {
      throw SpecError(
        "arrow.pieces has \(quoted(text))", at: offset, hint: "serial:NAME, label:NAME or a path such as /dev/vda")
    }
  }
}
