import Testing

@Suite("Exported ports")
struct PortTests {
  private func run(_ ports: String, prepare: (inout Machine) -> Void = { _ in }) -> Run {
    var machine = Machine()
    machine.addToSpec(", \"ports\": [\(ports)]")
    prepare(&machine)
    return expectBoot(machine)
  }

  @Test("exported ports are in the maps as the programs read them: protocol and port in network order")
  func maps() {
    let ports = #"{"port": 8080, "export": 80}, {"port": 8080, "export": 81}, {"port": 53, "proto": "udp"}"#
    #expect(
      run(ports) { $0.commandLine += " arrow.ip=10.0.2.15/24" }
        .calls("updateMap") == [
          "updateMap map exports [6, 0, 0, 80] = [31, 144, 0, 0]",
          "updateMap map waiting [144, 31, 0, 0] = [144, 31, 0, 0]",
          "updateMap map exports [6, 0, 0, 81] = [31, 144, 0, 0]",
          "updateMap map waiting [144, 31, 0, 0] = [144, 31, 0, 0]",
          "updateMap map exports [17, 0, 0, 53] = [0, 53, 0, 0]",
        ])
  }

  @Test("exported ports are let in by programs on the NIC, which are loaded even when no port is exported")
  func programs() {
    let fixed: (inout Machine) -> Void = { $0.commandLine += " arrow.ip=10.0.2.15/24" }
    #expect(
      run("", prepare: fixed).calls("attach") == [
        "attach program ingress to interface 2", "attach program egress to interface 2",
      ])
    // DHCP needs UDP.
    #expect(
      run("").calls("attach") == [
        "attach program ingressWithUDP to interface 2", "attach program egressWithUDP to interface 2",
      ])
    #expect(
      run(#"{"port": 53, "proto": "udp"}"#).calls("attach") == [
        "attach program ingressWithUDP to interface 2", "attach program egressWithUDP to interface 2",
      ])
    #expect(
      run(#"{"port": 80}"#, prepare: fixed).calls("attach") == [
        "attach program ingress to interface 2", "attach program egress to interface 2",
        "attach program listen to /cgroup/task",
      ])
    #expect(run("") { $0.commandLine += " arrow.ip=off" }.calls("createMap", "attach").isEmpty)
  }

  @Test("exported ports may lead to the loopback address when they are UDP")
  func loopback() {
    let file = "/proc/sys/net/ipv4/conf/eth0/route_localnet"
    #expect(run(#"{"port": 53, "proto": "udp"}"#).text(of: file) == "1")
    #expect(run(#"{"port": 53}"#).text(of: file) == "")
  }

  @Test("exported ports are closed before the task starts")
  func order() throws {
    let calls = run(#"{"port": 80}"#).calls
    let attached = try #require(calls.lastIndex { $0.hasPrefix("attach") })
    let started = try #require(calls.firstIndex { $0 == "fork" })
    #expect(attached < started)
  }

  @Test("exported ports are ready when the task listens on each, once")
  func readiness() {
    let run = run(#"{"port": 80}, {"port": 81}, {"port": 53, "proto": "udp"}"#) { machine in
      machine.at(100, .listens(80))
      machine.at(200, .listens(81))
      machine.at(300, .listens(80))
    }
    #expect(run.events.filter { $0.contains("ready") } == [#"{"event":"ready"}"#])
    let waits = run.calls.firstIndex { $0.contains("ready") } ?? 0
    #expect(run.calls[..<waits].filter { $0.hasPrefix("isEmpty") }.count == 2)
  }

  @Test("exported ports are not ready as long as one of them is missing")
  func notReady() {
    let run = run(#"{"port": 80}, {"port": 81}"#) { $0.at(100, .listens(80)) }
    #expect(!run.events.contains { $0.contains("ready") })
  }
}
