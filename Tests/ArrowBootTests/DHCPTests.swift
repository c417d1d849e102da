import ArrowSpec
import Testing

@testable import ArrowBoot

@Suite("DHCP")
struct DHCPTests {
  private static let client: [UInt8] = [0x52, 0x54, 0, 0x12, 0x34, 0x56]
  private static let transaction: UInt32 = 0x1234_5678

  /// RFC 2131, figure 1, and its options in the order they are asked for.
  private static let head: [UInt8] =
    [1, 1, 6, 0]  // BOOTREQUEST, Ethernet, 6 bytes of address, no hops
    + [0x12, 0x34, 0x56, 0x78]  // xid
    + [0, 0, 0x80, 0]  // secs, flags: answer by broadcast
    + [UInt8](repeating: 0, count: 16)  // ciaddr, yiaddr, siaddr, giaddr
    + client + [UInt8](repeating: 0, count: 10)  // chaddr
    + [UInt8](repeating: 0, count: 64 + 128)  // sname, file
    + [0x63, 0x82, 0x53, 0x63]  // magic cookie

  private func padded(_ message: [UInt8]) -> [UInt8] { message + [UInt8](repeating: 0, count: 300 - message.count) }

  @Test("asks as RFC 2131 says, byte by byte")
  func discover() {
    #expect(
      DHCPMessage.discover(client: Self.client, transaction: Self.transaction)
        == padded(Self.head + [53, 1, 1, 55, 4, 1, 3, 6, 26, 255]))
  }

  @Test("requests what it was offered, from the server that offered it")
  func request() throws {
    let discover = DHCPMessage.discover(client: Self.client, transaction: Self.transaction)
    let offer = try #require(lease(DHCPServer().answer(to: discover)))
    #expect(
      DHCPMessage.request(offer, client: Self.client, transaction: Self.transaction)
        == padded(Self.head + [53, 1, 3, 50, 4, 10, 0, 2, 15, 54, 4, 10, 0, 2, 2, 55, 4, 1, 3, 6, 26, 255]))
  }

  private func lease(_ packet: [UInt8], _ kind: DHCPMessage.Kind = .offer) -> DHCPMessage.Lease? {
    let answer = DHCPMessage.Answer(packet, client: Self.client, transaction: Self.transaction)
    return answer?.kind == kind ? answer?.lease : nil
  }

  private func offer(_ change: (inout DHCPServer) -> Void = { _ in }) -> [UInt8] {
    var server = DHCPServer()
    change(&server)
    return server.answer(to: DHCPMessage.discover(client: Self.client, transaction: Self.transaction))
  }

  @Test("understands an offer")
  func understood() {
    #expect(
      lease(offer())
        == .init(
          address: IPAddress(bytes: [10, 0, 2, 15]), prefixLength: 24, gateway: IPAddress(bytes: [10, 0, 2, 2]),
          nameServers: [IPAddress(bytes: [10, 0, 2, 3])], mtu: nil, server: [10, 0, 2, 2], time: 86400))
  }

  @Test("needs no router and no name server, and takes three of these at most")
  func optional() {
    let bare: [UInt8] = [1, 4, 255, 255, 255, 128, 51, 4, 0, 0, 0, 60, 54, 4, 10, 0, 2, 2]
    let lease = lease(offer { $0.options = [0, 0] + bare })
    #expect(lease?.prefixLength == 25)
    #expect(lease?.gateway == nil)
    #expect(lease?.nameServers == [])
    let many: [UInt8] = [6, 16] + (1...4).flatMap { [10, 0, 0, $0] as [UInt8] }
    let servers = self.lease(offer { $0.options = bare + many })?.nameServers.map(\.text)
    #expect(servers == ["10.0.0.1", "10.0.0.2", "10.0.0.3"])
  }

  @Test("passes over what is not an answer to it, or no good one")
  func malformed() {
    let good = offer()
    for (index, value) in [(0, 1), (1, 6), (2, 8), (4, 0), (28, 0), (236, 0), (242, 5), (16, 0), (16, 127), (16, 224)] {
      var packet = good
      packet[index] = UInt8(value)
      #expect(lease(packet) == nil, "byte \(index) is \(value)")
    }
    // Cut anywhere, it is never taken for whole, nor does it end the boot.
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

  @Test("reads a hardware address")
  func hardwareAddress() {
    #expect(DHCPMessage.hardwareAddress("52:54:00:12:34:56") == Self.client)
    for wrong in ["", "52:54:00:12:34", "52:54:00:12:34:5g", "52:54:00:12:34:56:78", "525400123456"] {
      #expect(DHCPMessage.hardwareAddress(wrong) == nil)
    }
    var machine = Machine()
    machine.interfaces[0].address = ""
    expectFailure(machine, "fatal: eth0 has no Ethernet address: ")
  }

  @Test("waits longer from one try to the next, and gives up before four seconds are over")
  func noAnswer() {
    var machine = Machine()
    machine.dhcp = nil
    let run = expectFailure(
      machine,
      """
      fatal: no DHCP server answered on eth0
        hint: give the address on the kernel command line: arrow.ip=ADDRESS/PREFIX,GATEWAY,DNS
      """)
    #expect(run.calls("waitReadable DHCP").map { $0.split(separator: " ")[3] } == ["250", "500", "1000", "2000"])
    #expect(run.time < 4000)
  }

  @Test("gets its answer at the second try where the first was lost")
  func lostOnce() {
    var machine = Machine()
    machine.dhcp?.deafness = 1
    let run = expectBoot(machine)
    #expect(run.calls("sendDHCP").count == 3)
  }

  @Test("is not led astray by others' answers, nor by a flood of them")
  func noise() {
    var machine = Machine()
    let stranger = DHCPServer().answer(
      to: DHCPMessage.discover(client: [1, 2, 3, 4, 5, 6], transaction: Self.transaction))
    machine.dhcp?.noise = [[], [0], stranger, [UInt8](repeating: 0xFF, count: 1500)]
    #expect(expectBoot(machine).calls("addAddress") == ["addAddress 10.0.2.15/24 to 2"])
    // Never a right one: the time that is left decides, not the number of packets.
    machine.dhcp?.noise = [[UInt8]](repeating: stranger, count: 300)
    machine.dhcp?.options = []
    let run = expectFailure(
      machine,
      """
      fatal: no DHCP server answered on eth0
        hint: give the address on the kernel command line: arrow.ip=ADDRESS/PREFIX,GATEWAY,DNS
      """)
    #expect(run.time < 4000)
  }

  @Test("starts over where the server takes its offer back")
  func refusal() {
    var machine = Machine()
    machine.dhcp?.refusals = 1
    let run = expectBoot(machine)
    #expect(run.calls("sendDHCP").count == 4)
    #expect(run.calls("addAddress") == ["addAddress 10.0.2.15/24 to 2"])
  }
}
