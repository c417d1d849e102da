import ArrowBoot
import ArrowSpec
import Testing

@Suite("An address by DHCP")
struct LeaseTests {
  private static let hour: UInt64 = 3_600_000

  /// A machine whose task runs for this many hours.
  private func machine(hours: UInt64, ports: Bool = true, change: (inout DHCPServer) -> Void = { _ in }) -> Machine {
    var machine = Machine()
    if !ports { machine.addToSpec("") }
    var server = DHCPServer()
    change(&server)
    machine.dhcp = server
    machine.at(hours * Self.hour, .exits(Machine.task, 0))
    return machine
  }

  private static let words = ["sendDHCP", "addAddress", "removeAddress", "addRoute"]

  private func calls(_ run: Run) -> [String] { run.calls.filter { call in Self.words.contains { call.hasPrefix($0) } } }

  private let begin = [
    "sendDHCP 300 bytes", "sendDHCP 300 bytes", "addAddress 10.0.2.15/24 to 2", "addRoute default via 10.0.2.2 on 2",
  ]
  private let renewal = "sendDHCP 300 bytes to 10.0.2.2"

  private func problem(_ message: String) -> String {
    #"{"event":"error","stage":"LiveNetwork","message":"\#(message)"}"#
  }

  @Test("an address by DHCP is renewed after half its time, by a message to its server, and stays")
  func renewed() {
    let run = machine(hours: 30).boot()
    #expect(calls(run) == begin + [renewal, renewal])
    #expect(run.exit?.code == 0)
    // RFC 2131 4.3.2: the address in ciaddr, no broadcast flag, neither server nor requested address.
    let message = run.written["DHCP 2"] ?? []
    #expect(Array(message[10..<16]) == [0, 0, 10, 0, 2, 15])
    #expect(Array(message[240..<250]) == [53, 1, 3, 12, 5] + Array("hello".utf8))
  }

  @Test("an address by DHCP is renewed when the server says so")
  func serversTimes() {
    let times: [UInt8] = [58, 4, 0, 0, 0x0E, 0x10, 59, 4, 0, 0, 0x1C, 0x20]  // 3600 and 7200 s
    #expect(calls(machine(hours: 4) { $0.options += times }.boot()).filter { $0 == renewal }.count == 3)
    // Times that make no sense are ignored.
    let senseless: [UInt8] = [58, 4, 0, 0, 0x1C, 0x20, 59, 4, 0, 0, 0x0E, 0x10]
    #expect(calls(machine(hours: 4) { $0.options += senseless }.boot()) == begin)
    #expect(calls(machine(hours: 900) { $0.options += [51, 4, 255, 255, 255, 255] }.boot()) == begin)
  }

  @Test(
    "an address by DHCP is asked of any server when its own is silent, given up when the lease ends, and asked for again"
  )
  func lost() {
    let run = machine(hours: 25) { $0.lastAnswered = 2 }.boot()
    #expect(run.exit?.code == 0)
    let calls = calls(run)
    let removed = calls.firstIndex(of: "removeAddress 10.0.2.15/24 from 2") ?? 0
    let before = calls[..<removed].dropFirst(4)
    #expect(before.prefix { $0 == renewal }.count > 5)
    #expect(before.drop { $0 == renewal }.allSatisfy { $0 == "sendDHCP 300 bytes" })
    #expect(before.drop { $0 == renewal }.count > 3)
    // At most once a minute.
    #expect(before.count < 60)
    let after = calls[(removed + 1)...]
    #expect(after.allSatisfy { $0 == "sendDHCP 300 bytes" } && (50..<70).contains(after.count), "\(after.count)")
    #expect(
      run.events.dropFirst().prefix(2) == [
        problem("eth0 has lost its address: the DHCP server did not renew it"),
        problem("no DHCP server answered on eth0; it is asked again and again"),
      ])
  }

  @Test("an address by DHCP is given up at once when the server takes it back")
  func takenBack() {
    var machine = machine(hours: 13)
    machine.at(Self.hour, .refusesLease)
    let run = machine.boot()
    #expect(calls(run).dropFirst(4).prefix(3) == [renewal, "removeAddress 10.0.2.15/24 from 2", "sendDHCP 300 bytes"])
    #expect(run.events.contains(problem("eth0 has lost its address: the DHCP server did not renew it")))
  }

  @Test("an address by DHCP does not delay a task that exports no port")
  func late() {
    let run = machine(hours: 1, ports: false) { $0.deafness = 3 }.boot()
    let fork = run.calls.firstIndex(of: "fork") ?? 0
    let address = run.calls.firstIndex(of: "addAddress 10.0.2.15/24 to 2") ?? 0
    #expect(0 < fork && fork < address)
    #expect(run.text(of: "/root/run/arrow/resolv.conf") == "nameserver 10.0.2.3\n")
    #expect(run.events.count == 2 && run.said == "")
    // When the server is quick, the address is there before the task.
    let quick = machine(hours: 1, ports: false).boot()
    #expect(
      (quick.calls.firstIndex(of: "addAddress 10.0.2.15/24 to 2") ?? .max) < (quick.calls.firstIndex(of: "fork") ?? 0))
  }

  @Test("an address by DHCP is asked for with growing pauses as long as nobody answers, which the host is told once")
  func never() {
    var machine = machine(hours: 1, ports: false)
    machine.dhcp = nil
    let run = machine.boot()
    #expect(run.exit?.code == 0)
    let events = run.events.dropFirst().dropLast()
    #expect(Array(events) == [problem("no DHCP server answered on eth0; it is asked again and again")])
    #expect((60..<70).contains(run.calls("sendDHCP").count), "\(run.calls("sendDHCP").count)")
  }

  @Test("an address by DHCP may fail to be set up later: the host is told, and the task goes on")
  func failing() {
    var machine = machine(hours: 1, ports: false) { $0.deafness = 3 }
    machine.fail("addAddress", with: Errno(17))
    let run = machine.boot()
    #expect(run.exit?.code == 0)
    let message = "cannot give eth0 the address 10.0.2.15/24: EEXIST File exists"
    #expect(run.events.contains(#"{"event":"error","stage":"LiveNetwork","message":"\#(message)"}"#))
  }

  @Test("an address by DHCP comes in past the exported ports, from any server")
  func port() {
    let run = machine(hours: 1).boot()
    #expect(run.calls.contains("updateMap map exports [17, 0, 0, 68] = [0, 68, 0, 0]"))
    var fixed = machine(hours: 1)
    fixed.commandLine += " arrow.ip=10.0.2.15/24"
    #expect(!fixed.boot().calls.contains { $0.contains("[17, 0, 0, 68]") })
  }

  @Test("an address by DHCP brings the MTU, unless the command line has one")
  func mtu() {
    let option: [UInt8] = [26, 2, 0x05, 0x78]
    var machine = machine(hours: 1) { $0.options += option }
    #expect(machine.boot().calls("setMTU") == ["setMTU 1400 of 2"])
    machine.commandLine += " arrow.mtu=9000"
    #expect(machine.boot().calls("setMTU") == ["setMTU 9000 of 2"])
    for wrong: [UInt8] in [[26, 2, 0, 68], [26, 1, 9], [26, 4, 0, 0, 5, 120]] {
      let run = self.machine(hours: 1) { $0.options += wrong }.boot()
      #expect(run.calls("setMTU").isEmpty && run.calls("addAddress").count == 1, "\(wrong)")
    }
  }
}

@Suite("The clock")
struct ClockTests {
  private func machine() -> Machine {
    var machine = Machine()
    machine.hasRTC = true
    machine.at(100_000, .exits(Machine.task, 0))
    return machine
  }

  @Test("the clock is set when the host has slept: the host is told, and no time-out is affected")
  func slept() {
    var machine = machine()
    machine.at(30_500, .sleeps(3600))
    let run = machine.boot()
    #expect(run.calls("setWallClock") == ["setWallClock 3600 s ahead"])
    #expect(run.events.dropFirst().dropLast() == [#"{"event":"clock","seconds":3600}"#])
    #expect(run.time == 100_000)
    // The lease may be over, so the client asks its server.
    #expect(run.calls("sendDHCP 300 bytes to 10.0.2.2").count == 1)
    machine.happenings = []
    machine.at(30_500, .sleeps(-7))
    machine.at(50_000, .exits(Machine.task, 0))
    #expect(machine.boot().events.contains(#"{"event":"clock","seconds":-7}"#))
  }

  @Test("the clock is left alone when it is right or when the RTC cannot be read")
  func right() {
    var machine = machine()
    machine.at(30_500, .sleeps(2))
    #expect(machine.boot().calls("setWallClock").isEmpty)
    machine.at(40_500, .sleeps(60))
    machine.fail("readRTC", with: Errno(5))
    #expect(machine.boot().exit?.code == 0)
    machine.failure = { _ in nil }
    machine.fail("setWallClock", with: Errno(1))
    let run = machine.boot()
    #expect(run.exit?.code == 0 && !run.events.contains { $0.contains("clock") })
  }
}

@Suite("A machine that is nearly too small")
struct MemoryPressureTests {
  /// What the host is told of the memory while this happens. The clock wakes PID 1 every 10 s.
  private func told(_ news: [(UInt64, Int, Int)]) -> [String] {
    var machine = Machine()
    machine.hasRTC = true
    for (time, pages, available) in news { machine.at(time, .rereads(pages: pages, availableKiB: available)) }
    machine.at(100_000, .exits(Machine.task, 0))
    return machine.boot().events.filter { $0.contains("memory") }
  }

  @Test("the host is told once when the program is read again and again")
  func thrashing() {
    let news = (1...9).map { (UInt64($0) * 10_000 - 500, $0 * 4000, 2400) }
    #expect(told(news) == [#"{"event":"memory","availableMiB":2,"totalMiB":56}"#])
  }

  @Test("a machine that reads large files, or few pages again, or did so at its start, is large enough")
  func enough() {
    #expect(told((1...9).map { (UInt64($0) * 10_000 - 500, $0 * 4000, 40_000) }).isEmpty)
    #expect(told((1...9).map { (UInt64($0) * 10_000 - 500, $0 * 900, 2400) }).isEmpty)
    #expect(told([(5_000, 9000, 2400)]).isEmpty)
  }
}
