import ArrowSpec
import Testing

@testable import ArrowBoot

@Suite("DHCP")
struct DHCPTests {
  private static let hardware: [UInt8] = [0x52, 0x54, 0, 0x12, 0x34, 0x56]
  private static let client = DHCPMessage.Client(hardware: hardware, hostname: Array("web".utf8))
  private static let transaction: UInt32 = 0x1234_5678

  /// The message of RFC 2131, figure 1, up to its options.
  private static let head: [UInt8] =
    [1, 1, 6, 0]  // BOOTREQUEST, Ethernet, 6 bytes of address, no hops
    + [0x12, 0x34, 0x56, 0x78]  // xid
    + [0, 0, 0x80, 0]  // secs, flags: answer by broadcast
    + [UInt8](repeating: 0, count: 16)  // ciaddr, yiaddr, siaddr, giaddr
    + hardware + [UInt8](repeating: 0, count: 10)  // chaddr
    + [UInt8](repeating: 0, count: 64 + 128)  // sname, file
    + [0x63, 0x82, 0x53, 0x63]  // magic cookie

  /// The options for the host name, and for what the client asks.
  private static let tail: [UInt8] = [12, 3] + Array("web".utf8) + [55, 7, 1, 121, 3, 6, 15, 26, 119, 255]

  private func padded(_ message: [UInt8]) -> [UInt8] { message + [UInt8](repeating: 0, count: 300 - message.count) }

  @Test("DHCP asks as RFC 2131 says, byte by byte")
  func discover() {
    #expect(
      DHCPMessage.discover(client: Self.client, transaction: Self.transaction)
        == padded(Self.head + [53, 1, 1] + Self.tail))
  }

  @Test("DHCP requests what it was offered, from the server that offered it")
  func request() throws {
    let discover = DHCPMessage.discover(client: Self.client, transaction: Self.transaction)
    let offer = try #require(lease(DHCPServer().answer(to: discover)))
    #expect(
      DHCPMessage.request(offer, client: Self.client, transaction: Self.transaction)
        == padded(Self.head + [53, 1, 3, 50, 4, 10, 0, 2, 15, 54, 4, 10, 0, 2, 2] + Self.tail))
  }

  private func lease(_ packet: [UInt8], _ kind: DHCPMessage.Kind = .offer) -> DHCPMessage.Lease? {
    let answer = DHCPMessage.Answer(packet, client: Self.hardware, transaction: Self.transaction)
    return answer?.kind == kind ? answer?.lease : nil
  }

  private func offer(_ change: (inout DHCPServer) -> Void = { _ in }) -> [UInt8] {
    var server = DHCPServer()
    change(&server)
    return server.answer(to: DHCPMessage.discover(client: Self.client, transaction: Self.transaction))
  }

  @Test("DHCP understands an offer")
  func understood() {
    #expect(
      lease(offer())
        == .init(
          address: IPAddress(bytes: [10, 0, 2, 15]), prefixLength: 24,
          routes: [.everything(via: IPAddress(bytes: [10, 0, 2, 2]))],
          names: NameService(servers: [IPAddress(bytes: [10, 0, 2, 3])]), mtu: nil, server: [10, 0, 2, 2], time: 86400))
  }

  @Test("DHCP needs no router and no name server, and takes three of these at most")
  func optional() {
    let bare: [UInt8] = [1, 4, 255, 255, 255, 128, 51, 4, 0, 0, 0, 60, 54, 4, 10, 0, 2, 2]
    let lease = lease(offer { $0.options = [0, 0] + bare })
    #expect(lease?.prefixLength == 25)
    #expect(lease?.routes == [])
    #expect(lease?.names == NameService())
    let many: [UInt8] = [6, 16] + (1...4).flatMap { [10, 0, 0, $0] as [UInt8] }
    let names = self.lease(offer { $0.options = bare + many })?.names
    #expect(names?.text == "nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\n")
  }

  private func domains(_ names: [String]) -> [[UInt8]] { names.map { Array($0.utf8) } }

  @Test("DHCP knows the domains to search: the list, also when it is split and compressed, or else the single one")
  func search() {
    let domain: [UInt8] = [15, 7] + Array("example".utf8)
    #expect(lease(offer { $0.options += domain })?.names.search == domains(["example"]))
    // RFC 3397: svc.cluster.local, then default with a pointer to it; split over two options (RFC 3396).
    let list: [UInt8] =
      [3] + Array("svc".utf8) + [7] + Array("cluster".utf8) + [5] + Array("local".utf8) + [0] + [7]
      + Array("default".utf8) + [0xC0, 0]
    let (head, tail) = (Array(list.prefix(20)), Array(list.dropFirst(20)))
    let option = [119, 20] + head + [119, UInt8(tail.count)] + tail
    let expected = ["svc.cluster.local", "default.svc.cluster.local"]
    #expect(lease(offer { $0.options += option + domain })?.names.search == domains(expected))
    // Ignored: cut lists, loops, pointers forwards or out of the list, labels that resolv.conf cannot hold.
    for wrong: [UInt8] in [
      [3, 0x61], [0xC0, 0], [1, 0x61, 0xC0, 2], [1, 0x61, 0xC0, 9], [1, 0x61, 0xC0], [1, 0x0A, 0], [1, 0x20, 0],
      [0x80, 0], [1, 0x61],
    ] {
      let lease = lease(offer { $0.options += [119, UInt8(wrong.count)] + wrong })
      #expect(lease != nil && lease?.names.search == [], "\(wrong)")
    }
    for wrong in ["a b", "a..b", ".", "a\n", String(repeating: "a", count: 64)] {
      let option = [15, UInt8(wrong.utf8.count)] + Array(wrong.utf8)
      #expect(lease(offer { $0.options += option })?.names.search == [], "\(wrong)")
    }
    #expect(NameService(search: domains(expected)).text == "search svc.cluster.local default.svc.cluster.local\n")
    let long = [[UInt8]](repeating: [UInt8](repeating: 0x61, count: 120), count: 3)
    #expect(NameService(search: long).text.utf8.count == 7 + 120 + 1 + 120 + 1)
  }

  @Test("DHCP takes static routes in place of the router (RFC 3442)")
  func routes() {
    let lease = lease(
      offer { $0.options += [121, 22, 32, 10, 128, 0, 1, 0, 0, 0, 0, 0, 10, 128, 0, 1, 9, 172, 128, 10, 0, 2, 9, 0] })
    #expect(lease?.routes.map(\.text) == ["default via 10.0.2.2"], "cut short: the router it is")
    let right: [UInt8] = [32, 10, 128, 0, 1, 0, 0, 0, 0, 0, 10, 128, 0, 1, 9, 172, 128, 10, 0, 2, 9]
    let routes = { (bytes: [UInt8]) in
      self.lease(self.offer { $0.options += [121, UInt8(bytes.count)] + bytes })?.routes.map(\.text)
    }
    #expect(routes(right) == ["10.128.0.1/32", "default via 10.128.0.1", "172.128.0.0/9 via 10.0.2.9"])
    for wrong: [UInt8] in [[33, 10, 0, 0, 0, 0, 10, 0, 2, 9], [8, 10, 10, 0, 2], [7, 1, 10, 0, 2, 9], [0]] {
      #expect(routes(wrong) == ["default via 10.0.2.2"], "\(wrong)")
    }
  }

  @Test("DHCP ignores answers that are malformed or not for it")
  func malformed() {
    let good = offer()
    for (index, value) in [(0, 1), (1, 6), (2, 8), (4, 0), (28, 0), (236, 0), (242, 5), (16, 0), (16, 127), (16, 224)] {
      var packet = good
      packet[index] = UInt8(value)
      #expect(lease(packet) == nil, "byte \(index) is \(value)")
    }
    // An answer that is cut is never taken for a whole one, and never ends the boot.
    for count in 0..<good.count - 1 { #expect(lease(Array(good.prefix(count))) == nil, "\(count) bytes") }
    let mask: [UInt8] = [1, 4, 255, 255, 255, 0]
    let time: [UInt8] = [51, 4, 0, 0, 0, 60]
    let server: [UInt8] = [54, 4, 10, 0, 2, 2]
    for options in [
      mask + time, mask + server, time + server, [1, 4, 255, 0, 255, 0] + time + server,
      [1, 4, 0, 0, 0, 0] + time + server, [1, 3, 255, 255, 255] + time + server, mask + [51, 2, 0, 60] + server,
      mask + time + server + [3, 3, 10, 0, 2],
      mask + time + server + [3, 4, 0, 0, 0, 0], mask + time + server + [6, 5, 10, 0, 2, 3, 9],
      mask + time + server + [3, 200], mask + time + server + [3],
    ] {
      #expect(lease(offer { $0.options = options }) == nil, "\(options)")
    }
  }

  @Test("DHCP reads a hardware address")
  func hardwareAddress() {
    #expect(DHCPMessage.hardwareAddress("52:54:00:12:34:56") == Self.hardware)
    for wrong in ["", "52:54:00:12:34", "52:54:00:12:34:5g", "52:54:00:12:34:56:78", "525400123456"] {
      #expect(DHCPMessage.hardwareAddress(wrong) == nil)
    }
    var machine = Machine()
    machine.interfaces[0].address = ""
    expectFailure(machine, "fatal: eth0 has no Ethernet address: ")
  }

  @Test("DHCP waits longer after each attempt, and gives up before eight seconds are over")
  func noAnswer() {
    var machine = Machine()
    machine.dhcp = nil
    let run = expectFailure(
      machine,
      """
      fatal: no DHCP server answered on eth0
        hint: say arrow.ip=ADDRESS/PREFIX,GATEWAY,DNS on the kernel command line, or arrow.ip=slaac for IPv6 alone
      """)
    let pauses = run.calls("waitReadable DHCP").map { $0.split(separator: " ")[3] }
    #expect(pauses == ["250", "500", "1000", "2000", "4000"])
    #expect(run.time < 8000)
  }

  @Test("DHCP gets its answer at the second attempt when the first was lost")
  func lostOnce() {
    var machine = Machine()
    machine.dhcp?.deafness = 1
    let run = expectBoot(machine)
    #expect(run.calls("sendDHCP").count == 3)
  }

  @Test("DHCP is not misled by answers to others, nor by a flood of them")
  func noise() {
    var machine = Machine()
    let stranger = DHCPServer().answer(
      to: DHCPMessage.discover(
        client: .init(hardware: [1, 2, 3, 4, 5, 6], hostname: []), transaction: Self.transaction))
    machine.dhcp?.noise = [[], [0], stranger, [UInt8](repeating: 0xFF, count: 1500)]
    #expect(expectBoot(machine).calls("addAddress") == ["addAddress 10.0.2.15/24 to 2"])
    // A right one never comes: the time decides when it gives up, not the number of packets.
    machine.dhcp?.noise = [[UInt8]](repeating: stranger, count: 300)
    machine.dhcp?.options = []
    let run = expectFailure(
      machine,
      """
      fatal: no DHCP server answered on eth0
        hint: say arrow.ip=ADDRESS/PREFIX,GATEWAY,DNS on the kernel command line, or arrow.ip=slaac for IPv6 alone
      """)
    #expect(run.time < 8000)
  }

  @Test("DHCP starts over where the server takes its offer back")
  func refusal() {
    var machine = Machine()
    machine.dhcp?.refusals = 1
    let run = expectBoot(machine)
    #expect(run.calls("sendDHCP").count == 4)
    #expect(run.calls("addAddress") == ["addAddress 10.0.2.15/24 to 2"])
  }
}
