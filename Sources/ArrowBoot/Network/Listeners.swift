import ArrowSpec

/// The TCP ports on which something in the machine accepts connections (Documentation/networking/proc_net_tcp.rst).
enum Listeners {
  /// Each once, in the kernel's order.
  static func ports(_ linux: some Linux) -> [UInt16] {
    var ports: [UInt16] = []
    add("/proc/net/tcp", to: &ports, linux)
    add("/proc/net/tcp6", to: &ports, linux)
    return Array(ports.prefix(GuestEvent.maximumListening))
  }

  /// `   0: 0100007F:1F90 00000000:0000 0A …`: a number, our address and port, the peer's, and the state; 0A is LISTEN.
  private static func add(_ path: String, to ports: inout [UInt16], _ linux: some Linux) {
    guard let text = try? linux.contents(of: path, limit: 65_536) else { return }
    for line in text.split(separator: UInt8(ascii: "\n")).dropFirst() {
      let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 4)
      guard fields.count > 3, fields[3].elementsEqual("0A".utf8) else { continue }
      let digits = Array(fields[1].suffix(4))
      guard let high = hexByte(Array(digits.prefix(2))), let low = hexByte(Array(digits.suffix(2))) else { continue }
      let port = UInt16(high) << 8 | UInt16(low)
      if !ports.contains(port) { ports.append(port) }
    }
  }
}
