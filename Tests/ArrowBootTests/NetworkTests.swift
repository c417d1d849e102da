import ArrowBoot
import ArrowSpec
import Testing

@Suite("The network")
struct NetworkTests {
  private func machine(_ network: String, ports: String = "") -> Machine {
    var machine = Machine()
    machine.commandLine = "arrow=hello" + (network.isEmpty ? "" : " arrow.ip=\(network)")
    machine.addToSpec(ports.isEmpty ? "" : ", \"ports\": [\(ports)]")
    return machine
  }

  private static let words = ["linkUp", "openDHCP", "addAddress", "addRoute"]

  private func calls(_ machine: Machine) -> [String] {
    expectBoot(machine).calls.filter { call in Self.words.contains { call.hasPrefix($0) } }
  }

  private func resolv(_ machine: Machine) -> String { expectBoot(machine).text(of: "/root/run/arrow/resolv.conf") }

  @Test("the network is configured by DHCP by default")
  func dhcp() {
    for wanted in ["", "dhcp"] {
      #expect(
        calls(machine(wanted)) == [
          "linkUp 1", "linkUp 2", "openDHCP on eth0", "addAddress 10.0.2.15/24 to 2",
          "addRoute default via 10.0.2.2 on 2",
        ])
      #expect(resolv(machine(wanted)) == "nameserver 10.0.2.3\n")
    }
  }

  @Test("the network is what the command line says, IPv4 and IPv6")
  func fixed() {
    let machine = machine("192.0.2.7/24,192.0.2.1,192.0.2.2,192.0.2.3;2001:db8::7/64,fe80::1,2001:db8::53")
    #expect(
      calls(machine) == [
        "linkUp 1", "linkUp 2", "addAddress 192.0.2.7/24 to 2", "addRoute default via 192.0.2.1 on 2",
        "addAddress 2001:0db8:0000:0000:0000:0000:0000:0007/64 to 2",
        "addRoute default via fe80:0000:0000:0000:0000:0000:0000:0001 on 2",
      ])
    #expect(
      resolv(machine)
        == "nameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver 2001:0db8:0000:0000:0000:0000:0000:0053\n")
    #expect(calls(self.machine("192.0.2.7/24")) == ["linkUp 1", "linkUp 2", "addAddress 192.0.2.7/24 to 2"])
  }

  @Test("the network may be left to a router's advertisements, which the kernel follows")
  func slaac() {
    #expect(calls(machine("slaac", ports: #"{"port": 80}"#)) == ["linkUp 1", "linkUp 2"])
    #expect(resolv(machine("slaac")) == "")
  }

  @Test("the network has the MTU that the command line says")
  func mtu() {
    var machine = machine("192.0.2.7/24")
    machine.commandLine += " arrow.mtu=1400"
    #expect(
      expectBoot(machine).calls("linkUp 2", "setMTU", "addAddress").prefix(2) == ["linkUp 2", "setMTU 1400 of 2"])
    machine.fail("setMTU", with: Errno(22))
    expectFailure(machine, "fatal: cannot set the MTU of eth0 to 1400: EINVAL Invalid argument")
  }

  @Test("the network stays off when arrow.ip=off says so, except for loopback")
  func off() {
    #expect(calls(machine("off")) == ["linkUp 1"])
    #expect(resolv(machine("off")) == "")
  }

  @Test("the network is the first interface that has a device; there may be none")
  func interfaces() {
    var machine = machine("")
    machine.interfaces = [
      .init(name: "dummy0", index: "2", isDevice: false), .init(name: "eth1", index: "4"),
      .init(name: "eth2", index: "5"),
    ]
    #expect(calls(machine).contains("openDHCP on eth1"))
    #expect(calls(machine).contains("addAddress 10.0.2.15/24 to 4"))
    machine.interfaces = []
    #expect(calls(machine) == ["linkUp 1"])
  }

  @Test("a NIC must exist when a port is exported or an address is given")
  func needed() {
    var wanting = machine("", ports: #"{"port": 80, "export": 8080}"#)
    wanting.interfaces = []
    expectFailure(
      wanting,
      """
      fatal: port 8080 is exported, but there is no NIC
        hint: -netdev user,id=net -device virtio-net-device,netdev=net
      """)
    expectFailure(
      machine("off", ports: #"{"port": 80}"#),
      """
      fatal: port 80 is exported, but arrow.ip is off
        hint: -netdev user,id=net -device virtio-net-device,netdev=net
      """)
    for wanted in ["dhcp", "192.0.2.7/24"] {
      var machine = machine(wanted)
      machine.interfaces = []
      expectFailure(machine, "fatal: arrow.ip is given, but there is no NIC")
    }
  }

  @Test("the network has the host names that always exist")
  func hosts() {
    let run = expectBoot(machine("off"))
    #expect(
      run.text(of: "/root/run/arrow/hosts")
        == "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n127.0.1.1\thello\n")
    #expect(run.text(of: "/root/run/arrow/hostname") == "hello\n")
  }

  @Test("the network has an address that the kernel takes")
  func refused() {
    var machine = machine("192.0.2.7/24,198.51.100.1")
    machine.fail("addRoute", with: .init(101))
    expectFailure(machine, "fatal: cannot add the route default via 198.51.100.1: ENETUNREACH Network is unreachable")
  }
}
