import Testing

@testable import ArrowSpec

@Suite("The kernel command line")
struct KernelCommandLineTests {
  private func read(_ text: String) throws(SpecError) -> KernelCommandLine { try KernelCommandLine(Array(text.utf8)) }

  @Test("nothing for arrow-init leaves every default", arguments: ["", "\n", "console=ttyS0 quiet init=/bin/sh ro --"])
  func defaults(_ text: String) throws {
    let line = try read(text)
    #expect(line.arrow == nil && line.network == nil && line.pieces == nil && line.verityRootHash == nil)
    #expect(line.log == .quiet)
  }

  @Test("every key is read, wherever it stands")
  func everyKey() throws {
    let hash = String(repeating: "0123456789abcdef", count: 4)
    let line = try read(
      "console=hvc0 arrow=python-web arrow.ip=10.0.2.15/24,10.0.2.2,10.0.2.3 quiet arrow.pieces=label:arrow-pieces "
        + "arrow.verity=\(hash) arrow.log=debug panic=-1\n")
    #expect(line.arrow == "python-web")
    #expect(
      line.network
        == .fixed([
          .init(
            address: .init(bytes: [10, 0, 2, 15]), prefixLength: 24, gateway: .init(bytes: [10, 0, 2, 2]),
            nameServers: [.init(bytes: [10, 0, 2, 3])])
        ]))
    #expect(line.pieces == .label("arrow-pieces"))
    #expect(line.verityRootHash == hash)
    #expect(line.log == .debug)
  }

  @Test("the network is dhcp, off, or addresses of both families")
  func network() throws {
    #expect(try read("arrow.ip=dhcp").network == .dhcp)
    #expect(try read("arrow.ip=off").network == .off)
    guard case .fixed(let list) = try read("arrow.ip=10.0.0.2/8;fd00::2/64,fd00::1,fd00::3,9.9.9.9").network else {
      Issue.record("no addresses")
      return
    }
    #expect(list.map { $0.address.text } == ["10.0.0.2", "fd00:0000:0000:0000:0000:0000:0000:0002"])
    #expect(list.map { $0.prefixLength } == [8, 64])
    #expect(list[0].gateway == nil && list[0].nameServers.isEmpty)
    #expect(list[1].gateway?.bytes.last == 1)
    #expect(list[1].nameServers.map { $0.isIPv6 } == [true, false])
  }

  @Test("a name server may stand without a gateway")
  func noGateway() throws {
    guard case .fixed(let list) = try read("arrow.ip=10.0.0.2/8,,9.9.9.9").network else {
      Issue.record("no address")
      return
    }
    #expect(list.map { $0.gateway } == [nil])
    #expect(list.map { $0.nameServers } == [[IPAddress(bytes: [9, 9, 9, 9])]])
  }

  @Test("the MTU is a number, and IPv6 may come by a router's advertisements")
  func mtu() throws {
    #expect(try read("arrow.mtu=1400").mtu == 1400)
    #expect(try read("quiet").mtu == nil)
    #expect(try read("arrow.ip=slaac").network == .slaac)
  }

  @Test("what is denied are prefixes of both families, but for name servers")
  func denial() throws {
    let denial = try #require(try read("arrow.deny=10.0.2.0/24,fec0::/64,0.0.0.0/0;10.0.2.3,fec0::3").denial)
    #expect(denial.prefixes.map { $0.length } == [24, 64, 0])
    #expect(denial.nameServers.map { $0.bytes.last } == [3, 3])
    #expect(try read("arrow.deny=10.0.2.2/32").denial?.nameServers == [])
    #expect(try read("quiet").denial == nil)
  }

  @Test("a prefix has the addresses that begin with it, bit by bit")
  func prefixes() throws {
    func contains(_ prefix: String, _ address: String) throws -> Bool {
      try #require(AddressPrefix(Array(prefix.utf8)[...])).contains(try #require(IPAddress(address.utf8)))
    }
    for (prefix, inside, outside) in [
      ("10.0.2.0/24", "10.0.2.255", "10.0.3.0"), ("10.0.2.2/32", "10.0.2.2", "10.0.2.3"),
      ("10.0.2.0/28", "10.0.2.15", "10.0.2.16"), ("10.0.2.0/31", "10.0.2.1", "10.0.2.2"),
      ("0.0.0.0/0", "255.255.255.255", "::1"), ("fec0::/64", "fec0::1:2:3:4", "fec0:0:0:1::1"),
      ("fe80::/10", "febf::1", "fec0::1"),
    ] {
      #expect(try contains(prefix, inside), "\(prefix) \(inside)")
      #expect(try !contains(prefix, outside), "\(prefix) \(outside)")
    }
  }

  @Test("the pieces are a serial number, a label or a path")
  func pieces() throws {
    #expect(try read("arrow.pieces=serial:pieces").pieces == .serial("pieces"))
    #expect(try read("arrow.pieces=label:a").pieces == .label("a"))
    #expect(try read("arrow.pieces=/dev/vda").pieces == .path("/dev/vda"))
  }

  @Test("quotes hold a word together, as the kernel has it")
  func quotes() throws {
    #expect(try read("arrow=\"my app\" quiet").arrow == "my app")
    #expect(try read("\"arrow=my app\"").arrow == "my app")
    #expect(try read("dyndbg=\"file a.c +p arrow=x\" arrow=y").arrow == "y")
    #expect(try read("arrow=\"open").arrow == "open")
  }

  @Test(
    "any white space of the kernel's separates words",
    arguments: [[0x20], [0x09], [0x0A], [0x0B], [0x0C], [0x0D], [0xA0], [0x00], [0x20, 0x20, 0x09]] as [[UInt8]])
  func whiteSpace(_ space: [UInt8]) throws {
    let line = try KernelCommandLine(Array("quiet".utf8) + space + Array("arrow=a".utf8) + space + Array("ro".utf8))
    #expect(line.arrow == "a")
  }

  @Test("words of others are passed over", arguments: ["arrows=1", "arrowhead", "arrow_x=1", "ARROW=x", "xarrow=1"])
  func others(_ word: String) throws {
    #expect(try read(word).arrow == nil)
  }

  private static let denyHint = "PREFIX[,PREFIX...][;NAMESERVER...], as in 10.0.2.0/24,fec0::/64;10.0.2.3"
  private static let wrong: [(line: String, message: String, hint: String?)] = [
    ("quiet arrow.lgo=debug", "unknown key \"arrow.lgo\"", "did you mean \"arrow.log\"?"),
    ("arrow.", "unknown key \"arrow.\"", "did you mean \"arrow\"?"),
    (
      "arrow.environment=x", "unknown key \"arrow.environment\"",
      "known: arrow, arrow.ip, arrow.mtu, arrow.deny, arrow.pieces, arrow.verity, arrow.log"
    ),
    (
      "arrow.\u{1B}[2J=1", "unknown key \"arrow.\\u001b[2J\"",
      "known: arrow, arrow.ip, arrow.mtu, arrow.deny, arrow.pieces, arrow.verity, arrow.log"
    ),
    ("arrow.mtu=575", "arrow.mtu is not a number from 576 to 65535", nil),
    ("arrow.mtu=65536", "arrow.mtu is not a number from 576 to 65535", nil),
    ("arrow.mtu=01500", "arrow.mtu is not a number from 576 to 65535", nil),
    ("arrow.mtu=1e3", "arrow.mtu is not a number from 576 to 65535", nil),
    ("arrow.deny=10.0.2.2", "arrow.deny has \"10.0.2.2\"", denyHint),
    ("arrow.deny=10.0.2.0/33", "arrow.deny has \"10.0.2.0/33\"", denyHint),
    ("arrow.deny=10.0.2.0/024", "arrow.deny has \"10.0.2.0/024\"", denyHint),
    ("arrow.deny=10.0.2.0/24,", "arrow.deny has \"\"", denyHint),
    ("arrow.deny=;10.0.2.3", "arrow.deny has \"\"", denyHint),
    ("arrow.deny=fec0::/64;", "arrow.deny has \"\"", denyHint),
    ("arrow.deny=fec0::/64;10.0.2.3/32", "arrow.deny has \"10.0.2.3/32\"", denyHint),
    ("arrow.deny=fec0::/64 arrow.deny=::/0", "\"arrow.deny=\" stands twice", "one arrow.deny= only"),
    ("arrow", "\"arrow\" has no value", nil), ("arrow=", "\"arrow\" has no value", nil),
    ("arrow.log", "\"arrow.log\" has no value", nil),
    ("arrow=a arrow=b", "\"arrow=\" stands twice", "one arrow= only"),
    ("arrow=a arrow=a", "\"arrow=\" stands twice", "one arrow= only"),
    ("arrow.ip=dhcp arrow.ip=off", "\"arrow.ip=\" stands twice", "one arrow.ip= only"),
    ("arrow=../x", "the arrow's name \"../x\" begins with a dot", nil),
    ("arrow=a/b", "the arrow's name \"a/b\" has a '/' in it", nil),
    ("arrow=é", "a byte that is not printable ASCII", nil), ("arrow=\u{7F}", "a byte that is not printable ASCII", nil),
    ("arrow=\u{1}", "a byte that is not printable ASCII", nil),
    ("arrow=\"a\tb\"", "a byte that is not printable ASCII", nil),
    ("arrow.log=loud", "arrow.log is none of quiet, info, debug", nil),
    ("arrow.verity=abc", "arrow.verity is not a root hash", "64 hexadecimal digits, in small letters"),
    (
      "arrow.verity=" + String(repeating: "A", count: 64), "arrow.verity is not a root hash",
      "64 hexadecimal digits, in small letters"
    ),
    (
      "arrow.pieces=vda", "arrow.pieces has \"vda\"", "serial:NAME, label:NAME or a path such as /dev/vda"
    ),
    ("arrow.pieces=serial:", "arrow.pieces has \"serial:\"", "serial:NAME, label:NAME or a path such as /dev/vda"),
    ("arrow.pieces=label:", "arrow.pieces has \"label:\"", "serial:NAME, label:NAME or a path such as /dev/vda"),
  ]

  @Test("what is wrong is told, with what was meant", arguments: wrong)
  func refused(_ line: String, _ message: String, _ hint: String?) throws {
    let error = try #require(throws: SpecError.self) { try read(line) }
    #expect(error.message == message)
    #expect(error.hint == hint)
    #expect(try #require(error.offset) <= line.utf8.count)
  }

  @Test(
    "what is no address is told as it was written",
    arguments: [
      "10.0.0.1", "10.0.0.1/33", "10.0.0.1/", "10.0.0.1/08", "10.0.0.256/8", "10.0.0/8", "010.0.0.1/8", "10.0.0.1/8,x",
      "10.0.0.1/8,10.0.0.2,x", "10.0.0.1/8,fd00::1", "fd00::1/129", "fd00::1/64,10.0.0.1", "fd00::1::2/64", "DHCP",
      "on",
      "10.0.0.1/8,10.0.0.2,",
    ])
  func noAddress(_ text: String) throws {
    let error = try #require(throws: SpecError.self) { try read("arrow.ip=\(text)") }
    #expect(error.message == "arrow.ip has \"\(text)\"")
    #expect(error.hint == "ADDRESS/PREFIX[,GATEWAY[,DNS...]], dhcp, slaac or off")
  }

  @Test("a missing address between two is told too", arguments: ["arrow.ip=;", "arrow.ip=10.0.0.1/8;"])
  func emptyAddress(_ text: String) throws {
    let error = try #require(throws: SpecError.self) { try read(text) }
    #expect(error.message == "arrow.ip has \"\"")
  }

  @Test("bytes that are no text do no harm", arguments: [[0xFF], [0xC3], [0xE2, 0x82], [0x80, 0x80]] as [[UInt8]])
  func notText(_ bytes: [UInt8]) throws {
    #expect(try KernelCommandLine(bytes + [0x20] + Array("arrow=a".utf8)).arrow == "a")
    for key in ["arrow=", "arrow.ip=", "arrow.pieces=/", "arrow.log=", "arrow.verity=", "arrow."] {
      #expect(throws: SpecError.self) { try KernelCommandLine(Array(key.utf8) + bytes) }
    }
  }

  @Test("a line of any length is read")
  func long() throws {
    let line = try read(String(repeating: "x=y ", count: 10_000) + "arrow=a")
    #expect(line.arrow == "a")
    let error = try #require(throws: SpecError.self) { try read("arrow=" + String(repeating: "a", count: 256)) }
    #expect(error.message.hasSuffix(" is longer than 255 bytes"))
  }
}
