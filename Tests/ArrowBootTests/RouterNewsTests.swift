import ArrowBoot
import ArrowSpec
import Testing

@testable import ArrowBoot

@Suite("What routers advertise")
struct RouterNewsTests {
  private static let server = [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [0x53]
  private static let other = [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [0x54]
  private static let lines = ["53", "54"].map { "nameserver 2001:0db8:0000:0000:0000:0000:0000:00\($0)\n" }

  /// As the kernel passes it on: nlmsghdr, nduseroptmsg, the option.
  private func message(_ kind: UInt8, _ content: [UInt8], seconds: UInt8 = 60, interface: UInt8 = 2) -> [UInt8] {
    let option = [kind, UInt8((content.count + 8) / 8), 0, 0, 0, 0, 0, seconds] + content
    let header = [UInt8(32 + option.count), 0, 0, 0, 68, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
    return header + [10, 0, UInt8(option.count), 0, interface, 0, 0, 0, 134, 0, 0, 0, 0, 0, 0, 0] + option
  }

  private func machine(_ address: String) -> Machine {
    var machine = Machine()
    machine.addToSpec("")
    machine.commandLine = "arrow=hello arrow.ip=\(address)"
    return machine
  }

  private func resolv(_ run: Run) -> String { run.text(of: "/root/run/arrow/resolv.conf") }

  @Test("what routers advertise is in resolv.conf while the task runs, after the entries from DHCP")
  func arrives() {
    let domain = [3] + Array("lan".utf8) + [0] + [UInt8](repeating: 0, count: 3)
    for (address, first) in [("slaac", ""), ("dhcp", "nameserver 10.0.2.3\n")] {
      var machine = machine(address)
      machine.at(100, .advertises(message(25, Self.server)), .advertises(message(31, domain)))
      machine.at(500, .exits(Machine.task, 0))
      let run = expectBoot(machine)
      #expect(resolv(run) == first + Self.lines[0] + "search lan\n")
      #expect(run.events.count == 2)
    }
  }

  @Test("what routers advertise is added, withdrawn, and removed after its lifetime at the next message")
  func ends() {
    var machine = machine("slaac")
    machine.at(100, .advertises(message(25, Self.server)))
    machine.at(200, .advertises(message(25, Self.other)))
    machine.at(300, .exits(Machine.task, 0))
    #expect(resolv(expectBoot(machine)) == Self.lines.joined())
    machine.at(250, .advertises(message(25, Self.server, seconds: 0)))
    #expect(resolv(expectBoot(machine)) == Self.lines[1])
    machine = self.machine("slaac")
    machine.at(100, .advertises(message(25, Self.server)))
    machine.at(70_000, .advertises(message(25, Self.other)))
    machine.at(70_100, .exits(Machine.task, 0))
    #expect(resolv(machine.boot()) == Self.lines[1])
  }

  @Test("what routers advertise is ignored when it is for another interface, not from a router, or malformed")
  func malformed() {
    let good = message(25, Self.server)
    var names = AdvertisedNames()
    names.hear(message(25, Self.server, interface: 3), about: 2, at: 0)
    for index in [4, 24, 33] {
      var wrong = good
      wrong[index] = 1
      names.hear(wrong, about: 2, at: 0)
    }
    for count in 0..<good.count { names.hear(Array(good.prefix(count)), about: 2, at: 0) }
    names.hear(message(25, Array(Self.server.prefix(8))), about: 2, at: 0)
    names.hear(message(31, [1, 0x0A, 0, 0, 0, 0, 0, 0]), about: 2, at: 0)
    #expect(names.inForce == NameService())
    names.hear(good, about: 2, at: 0)
    #expect(names.inForce.servers.count == 1)
    // The number of entries is limited.
    for number in UInt8(0)..<100 {
      names.hear(message(25, Array(Self.server.dropLast()) + [number]), about: 2, at: 0)
    }
    #expect(names.inForce.servers.count == 8)
  }

  @Test("what routers advertise is not read when the command line has the addresses")
  func fixed() {
    #expect(expectBoot(machine("192.0.2.7/24")).calls("openRouterNews").isEmpty)
    var machine = machine("slaac")
    machine.fail("openRouterNews", with: Errno(24))
    expectFailure(machine, "fatal: cannot listen to what routers advertise: EMFILE Too many open files")
  }

  @Test("what routers advertise may fail to be read: the host is told, and the task goes on")
  func failing() {
    var machine = machine("slaac")
    machine.at(100, .advertises(message(25, Self.server)))
    machine.at(500, .exits(Machine.task, 0))
    machine.failure = { $0.text == "read router news" ? Errno(5) : nil }
    let message = "cannot hear the routers on eth0: EIO Input/output error"
    #expect(
      expectBoot(machine).events.contains(#"{"event":"error","stage":"LiveNetwork","message":"\#(message)"}"#))
  }
}
