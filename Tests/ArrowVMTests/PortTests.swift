import ArrowHost
import ArrowSpec
import Glibc
import Testing

@testable import ArrowVM

@Suite("Ports of the host")
struct PortTests {
  private var web: Spec.Port { .init(port: 8080, export: 3008, proto: .tcp) }

  private func plan(_ ports: [Spec.Port], _ mappings: String...) throws -> PortPlan {
    try PortPlan(ports, mappings.map { try PortMapping($0) })
  }

  @Test("-p is read in docker's grammar")
  func grammar() throws {
    let mapping = try PortMapping("0.0.0.0:80:8080/udp")
    #expect(mapping.hostAddress == "0.0.0.0")
    #expect(mapping.hostPort == 80)
    #expect(mapping.port == 8080)
    #expect(mapping.proto == .udp)
    #expect(try PortMapping("8080").hostPort == nil)
    #expect(try PortMapping("0:8080").hostPort == 0)
    #expect(try PortMapping("1:2").hostAddress == "127.0.0.1")
    #expect(try PortMapping("1:2").proto == .tcp)
  }

  @Test(
    "text that is no port mapping is refused",
    arguments: [
      "", ":", "x", "80:", ":80", "1:2:3", "1:2:3:4", "80/", "80/tcp/udp", "-1", "+80", "0", "80:0", "65536",
      "80:65536",
      "1.2.3:80:80", "01.2.3.4:80:80", "::1:80:80", "[::1]:80:80", "80/TCP", "٨٠", " 80", "80 ",
    ])
  func malformed(text: String) {
    #expect(throws: HostError.self) { try PortMapping(text) }
  }

  @Test("without -p 127.0.0.1:export leads to the port")
  func plain() throws {
    let plan = try plan([web])
    #expect(plan.forwards.map(\.text) == ["127.0.0.1:3008->8080/tcp"])
    #expect(plan.forwards.map(\.guestPort) == [3008])
    #expect(plan.overriddenPorts == nil)
  }

  @Test("-p takes the place of its port's mapping; other ports keep theirs")
  func replaced() throws {
    let other = Spec.Port(port: 9000, export: 9000, proto: .udp)
    let plan = try plan([web, other], "0.0.0.0:80:8080")
    #expect(plan.forwards.map(\.text) == ["0.0.0.0:80->8080/tcp", "127.0.0.1:9000->9000/udp"])
    // What the VM shows stays.
    #expect(plan.forwards.map(\.guestPort) == [3008, 9000])
    #expect(plan.overriddenPorts == nil)
  }

  @Test("-p of one number means the exported port first, then the task's")
  func oneNumber() throws {
    #expect(try plan([web], "3008").forwards.map(\.text) == ["127.0.0.1:3008->8080/tcp"])
    #expect(try plan([web], "8080").forwards.map(\.text) == ["127.0.0.1:3008->8080/tcp"])
    #expect(try plan([web], "8080").overriddenPorts == nil)
  }

  @Test("a port that is not in the spec is added for this shot, under a free exported number")
  func added() throws {
    let plan = try plan([web], "4000:3008")
    #expect(plan.forwards.map(\.text) == ["127.0.0.1:4000->3008/tcp", "127.0.0.1:3008->8080/tcp"])
    #expect(plan.overriddenPorts == [web, .init(port: 3008, export: 3009, proto: .tcp)])
    // UDP's numbers are others.
    let udp = try self.plan([web], "4000:3008/udp")
    #expect(udp.overriddenPorts == [web, .init(port: 3008, export: 3008, proto: .udp)])
  }

  @Test("two ports of the host may lead to one of the task")
  func twice() throws {
    #expect(
      try plan([web], "1080:8080", "1081:8080").forwards.map(\.text)
        == ["127.0.0.1:1080->8080/tcp", "127.0.0.1:1081->8080/tcp"])
  }

  @Test("one port of the host for two of the task is refused; port 0 isn't one")
  func duplicates() throws {
    #expect(throws: HostError.self) { try plan([], "80:1", "80:2") }
    #expect(try plan([], "0:1", "0:2").forwards.count == 2)
    #expect(try plan([], "80:1", "80:2/udp").forwards.count == 2)
    #expect(try plan([], "127.0.0.1:80:1", "127.0.0.2:80:2").forwards.count == 2)
  }

  @Test("without a network nothing is forwarded or exported, and -p is refused")
  func noNetwork() throws {
    let plan = try PortPlan([web], [], hasNetwork: false)
    #expect(plan.forwards.isEmpty)
    #expect(plan.overriddenPorts == [])
    #expect(try PortPlan([], [], hasNetwork: false).overriddenPorts == nil)
    #expect(throws: HostError.self) { try PortPlan([], [PortMapping("80")], hasNetwork: false) }
  }

  @Test("port 0 becomes one that is free, another each time")
  func free() throws {
    let plan = try plan([], "0:80", "0:81", "0:53/udp")
    let ports = try HostPort.claim(plan.forwards, knowing: []).map(\.hostPort)
    #expect(ports.allSatisfy { $0 > 1023 })
    #expect(ports[0] != ports[1])
  }

  @Test("a port in use is refused, with the process that has it", arguments: [SOCK_STREAM, SOCK_DGRAM])
  func inUse(type: __socket_type) throws {
    let socket = Glibc.socket(AF_INET, Int32(type.rawValue), 0)
    defer { close(socket) }
    let isTCP = type == SOCK_STREAM
    let forwards = try plan([], isTCP ? "0:80" : "0:80/udp").forwards
    let port = try HostPort.claim(forwards, knowing: [])[0].hostPort
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        #expect(bind(socket, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0)
      }
    }
    if isTCP { #expect(listen(socket, 1) == 0) }
    let taken = try plan([], isTCP ? "\(port):80" : "\(port):80/udp").forwards
    let error = #expect(throws: HostError.self) { try HostPort.claim(taken, knowing: []) }
    #expect(error?.message.hasPrefix("host port 127.0.0.1:\(port)/\(isTCP ? "tcp" : "udp") is in use by ") == true)
    #expect(error?.message.hasSuffix("(pid \(getpid()))") == true)
    #expect(error?.hint == "stop it, or take any port that is free: -p 0:80\(isTCP ? "" : "/udp")")
  }
}
