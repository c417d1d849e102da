import Testing

@Suite("What the host denies")
struct DenialTests {
  private func run(_ words: String, prepare: (inout Machine) -> Void = { _ in }) -> Run {
    var machine = Machine()
    machine.commandLine += words
    machine.addToSpec("")
    prepare(&machine)
    return expectBoot(machine)
  }

  private static let ip = " arrow.ip=10.0.2.15/24,10.0.2.2,10.0.2.3"
  private static let mapped = "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255"
  private static let zeros = String(repeating: "0, ", count: 15) + "0"
  /// Loopback and the unspecified addresses.
  private static let never = [
    "updateMap map denied [104, 0, 0, 0, \(mapped), 127, 0, 0, 0] = [0, 0, 1, 0]",
    "updateMap map denied [104, 0, 0, 0, \(mapped), 0, 0, 0, 0] = [0, 0, 1, 0]",
    "updateMap map denied [127, 0, 0, 0, \(zeros)] = [0, 0, 1, 0]",
  ]

  @Test("prefixes, name servers among them and the VM's own address are in the map as the programs read it")
  func map() {
    let run = run(Self.ip + " arrow.deny=10.0.2.0/24,255.255.255.255/32,fec0::/64;10.0.2.3,9.9.9.9")
    let fec0 = "254, 192" + String(repeating: ", 0", count: 14)
    #expect(
      run.calls("updateMap map denied") == [
        "updateMap map denied [120, 0, 0, 0, \(Self.mapped), 10, 0, 2, 0] = [0, 0, 0, 0]",
        "updateMap map denied [128, 0, 0, 0, \(Self.mapped), 255, 255, 255, 255] = [0, 0, 0, 0]",
        "updateMap map denied [64, 0, 0, 0, \(fec0)] = [0, 0, 0, 0]",
        // 9.9.9.9 is not denied, so it has no verdict: all of its ports are reached.
        "updateMap map denied [128, 0, 0, 0, \(Self.mapped), 10, 0, 2, 3] = [0, 53, 0, 0]",
        "updateMap map denied [128, 0, 0, 0, \(Self.mapped), 10, 0, 2, 15] = [0, 0, 1, 0]",
      ] + Self.never)
  }

  @Test("the address that DHCP brings is the VM's own")
  func dhcp() {
    #expect(
      run(" arrow.deny=0.0.0.0/0").calls("updateMap map denied") == [
        "updateMap map denied [96, 0, 0, 0, \(Self.mapped), 0, 0, 0, 0] = [0, 0, 0, 0]",
        "updateMap map denied [128, 0, 0, 0, \(Self.mapped), 10, 0, 2, 15] = [0, 0, 1, 0]",
      ] + Self.never)
  }

  @Test("the task's sockets are refused by programs on its cgroup, before it starts; without the word there are none")
  func programs() throws {
    let run = run(Self.ip + " arrow.deny=10.0.2.0/24")
    #expect(
      run.calls("attach") == [
        "attach program ingress to interface 2", "attach program egress to interface 2",
        "attach program connect4 to /cgroup/task", "attach program connect6 to /cgroup/task",
        "attach program send to /cgroup/task",
      ])
    let attached = try #require(run.calls.lastIndex { $0.hasPrefix("attach") })
    #expect(attached < (try #require(run.calls.firstIndex { $0 == "fork" })))
    let free = self.run(Self.ip)
    #expect(free.calls("attach").count == 2 && free.calls("createMap").count == 4)
    #expect(self.run(" arrow.ip=off arrow.deny=10.0.2.0/24").calls("createMap", "attach").isEmpty)
  }

  private func destination(_ last: UInt8, port: UInt8, proto: UInt8 = 6) -> [UInt8] {
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 2, last, 0, port, proto, 0]
  }

  @Test("what the task tried to reach is told, each once; its ports become ready all the same")
  func told() {
    let run = run(Self.ip + " arrow.deny=10.0.2.0/24,fec0::/64") { machine in
      machine.addToSpec(#", "port": 80"#)
      machine.at(100, .tries(destination(2, port: 54)))
      machine.at(200, .tries(destination(77, port: 53, proto: 17)))
      machine.at(300, .tries([254, 192] + [UInt8](repeating: 0, count: 13) + [2, 21, 56, 6, 0]))
      machine.at(400, .listens(80))
    }
    #expect(
      run.events.filter { $0.contains("denied") || $0.contains("ready") } == [
        #"{"event":"denied","address":"10.0.2.2","port":54,"proto":"tcp"}"#,
        #"{"event":"denied","address":"10.0.2.77","port":53,"proto":"udp"}"#,
        #"{"event":"denied","address":"fec0:0000:0000:0000:0000:0000:0000:0002","port":5432,"proto":"tcp"}"#,
        #"{"event":"ready"}"#,
      ])
  }

  @Test("a task without ports is not ready because it was refused")
  func notReady() {
    let run = run(Self.ip + " arrow.deny=10.0.2.0/24") { $0.at(100, .tries(destination(2, port: 1))) }
    #expect(run.events.contains { $0.contains("denied") } && !run.events.contains { $0.contains("ready") })
  }

  @Test("after sixteen destinations the host is told that there are others, once")
  func limit() {
    let run = run(Self.ip + " arrow.deny=10.0.2.0/24") { machine in
      for port in 1...20 { machine.at(UInt64(port), .tries(destination(2, port: UInt8(port)))) }
    }
    let events = run.events.filter { $0.contains("denied") }
    #expect(events.count == 17 && events.last == #"{"event":"denied"}"#)
  }
}
