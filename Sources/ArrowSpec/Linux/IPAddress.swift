/// An IPv4 or IPv6 address in network byte order: 4 or 16 bytes.
public struct IPAddress: Equatable, Sendable {
  public var bytes: [UInt8]

  public var isIPv6: Bool { bytes.count == 16 }
  public var bitCount: Int { bytes.count * 8 }

  public init(bytes: [UInt8]) { self.bytes = bytes }

  /// Dotted decimal, or RFC 4291's text form of IPv6 (without the form that ends in dotted decimal).
  public init?(_ text: some Collection<UInt8>) {
    guard let bytes = text.contains(UInt8(ascii: ":")) ? Self.ipv6(Array(text)) : Self.ipv4(Array(text)) else {
      return nil
    }
    self.bytes = bytes
  }

  private static func ipv4(_ text: [UInt8]) -> [UInt8]? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      // A leading zero means octal to some programs: refuse what is ambiguous.
      guard let value = decimal(part), value < 256, part.count == 1 || part.first != UInt8(ascii: "0") else {
        return nil
      }
      bytes.append(UInt8(value))
    }
    return bytes
  }

  private static func ipv6(_ text: [UInt8]) -> [UInt8]? {
    guard
      let gap = text.indices.dropLast().first(where: {
        text[$0] == UInt8(ascii: ":") && text[$0 + 1] == UInt8(ascii: ":")
      })
    else {
      let groups = groups(text[...])
      return groups?.count == 16 ? groups : nil
    }
    let head = text[..<gap]
    let tail = text[(gap + 2)...]
    guard let front = head.isEmpty ? [] : groups(head), let back = tail.isEmpty ? [] : groups(tail),
      front.count + back.count <= 14
    else { return nil }
    return front + [UInt8](repeating: 0, count: 16 - front.count - back.count) + back
  }

  private static func groups(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    for group in text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      guard (1...4).contains(group.count), bytes.count < 16 else { return nil }
      var value: UInt16 = 0
      for digit in group {
        guard let nibble = hexDigit(digit) else { return nil }
        value = value << 4 | UInt16(nibble)
      }
      bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
    }
    return bytes
  }

  /// As resolv.conf(5) and messages write it. IPv6 without the `::` short form.
  public var text: String {
    var text = ""
    if !isIPv6 {
      for byte in bytes { text += (text.isEmpty ? "" : ".") + String(byte) }
      return text
    }
    for index in stride(from: 0, to: 16, by: 2) {
      text += (text.isEmpty ? "" : ":") + hexText(bytes[index]) + hexText(bytes[index + 1])
    }
    return text
  }
}

/// `ADDRESS/LENGTH`: an address with the length of its network's prefix, or all addresses that begin with it.
public struct AddressPrefix: Equatable {
  public var address: IPAddress
  /// In bits.
  public var length: Int

  public init(address: IPAddress, length: Int) {
    self.address = address
    self.length = length
  }

  public init?(_ text: ArraySlice<UInt8>) {
    guard let slash = text.firstIndex(of: UInt8(ascii: "/")), let address = IPAddress(text[..<slash]) else {
      return nil
    }
    let digits = text[(slash + 1)...]
    guard let length = decimal(digits), length <= address.bitCount,
      digits.count == 1 || digits.first != UInt8(ascii: "0")
    else { return nil }
    self.init(address: address, length: length)
  }

  public func contains(_ other: IPAddress) -> Bool {
    guard other.isIPv6 == address.isIPv6 else { return false }
    return (0..<length).allSatisfy { bit in
      (address.bytes[bit / 8] ^ other.bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
    }
  }
}
