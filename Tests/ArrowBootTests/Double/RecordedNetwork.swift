import ArrowSpec

@testable import ArrowBoot

// The network, BPF, and the end of the machine.
extension RecordedCalls {
  func setHostname(_ name: String) throws(Errno) { try record("setHostname \(name)") {} }
  func linkUp(_ index: Int32) throws(Errno) { try record("linkUp \(index)") {} }

  func addAddress(_ address: IPAddress, prefixLength: Int, to index: Int32) throws(Errno) {
    try record("addAddress \(address.text)/\(prefixLength) to \(index)") {}
  }

  func removeAddress(_ address: IPAddress, prefixLength: Int, from index: Int32) throws(Errno) {
    try record("removeAddress \(address.text)/\(prefixLength) from \(index)") {}
  }

  func setMTU(_ mtu: Int, of index: Int32) throws(Errno) { try record("setMTU \(mtu) of \(index)") {} }

  func addRoute(_ route: Route, on index: Int32) throws(Errno) {
    try record("addRoute \(route.text) on \(index)") {}
  }

  func openDHCP(on interface: String) throws(Errno) -> Int32 {
    try record("openDHCP on \(interface)") {
      newDescriptor(.init(name: "DHCP socket", flags: [.readWrite, .nonBlocking], isStream: true))
    }
  }

  func sendDHCP(_ message: [UInt8], to server: IPAddress?, on descriptor: Int32) throws(Errno) {
    try record("sendDHCP \(message.count) bytes\(server.map { " to \($0.text)" } ?? "")") {
      run.written["DHCP \(dhcpRequests)"] = message
      dhcpRequests += 1
      guard let server = machine.dhcp, dhcpRequests > server.deafness, dhcpRequests <= server.lastAnswered else {
        return
      }
      let isRefused = dhcpRefuses || dhcpRequests <= server.deafness + 2 * server.refusals
      for answer in server.noise + [server.answer(to: message, isRefused: isRefused)] {
        happenings.append((clock + server.delay, .receives(answer)))
      }
    }
  }

  func random() -> UInt32 { 0x1234_5678 }

  func openDeviceEvents() throws(Errno) -> Int32 {
    try record("openDeviceEvents") {
      newDescriptor(.init(name: "device events", flags: [.read, .nonBlocking], isStream: true))
    }
  }

  func openRouterNews() throws(Errno) -> Int32 {
    try record("openRouterNews") {
      newDescriptor(.init(name: "router news", flags: [.read, .nonBlocking], isStream: true))
    }
  }

  func openAudit() throws(Errno) -> Int32 {
    try record("openAudit") {
      newDescriptor(.init(name: "audit", flags: [.read, .nonBlocking], isStream: true))
    }
  }

  func createMap(_ map: BPFMap) throws(Errno) -> Int32 {
    try record("createMap \(map)") { newDescriptor(.init(name: "map \(map)", isStream: true)) }
  }

  func updateMap(_ map: Int32, key: [UInt8], value: [UInt8]) throws(Errno) {
    try record("updateMap \(name(map)) \(key) = \(value)") {
      if name(map) == "map waiting" { waitingPorts.insert(UInt16(key[0]) | UInt16(key[1]) << 8) }
    }
  }

  func isEmpty(map: Int32) throws(Errno) -> Bool { try record("isEmpty \(name(map))") { waitingPorts.isEmpty } }

  func keys(of map: Int32, size: Int, atMost count: Int) throws(Errno) -> [[UInt8]] {
    try record("keys of \(name(map))") { Array(triedDestinations.prefix(count)) }
  }

  func loadProgram(_ program: BPFProgram, maps: [Int32]) throws(Errno) -> Int32 {
    try record("loadProgram \(program) with \(maps.map(name).joined(separator: ", "))") {
      newDescriptor(.init(name: "program \(program)"))
    }
  }

  func attach(_ program: Int32, to target: Int32, as type: BPFProgram) throws(Errno) {
    let isOfTask = ![BPFProgram.ingress, .egress, .ingressWithUDP, .egressWithUDP].contains(type)
    let place = isOfTask ? name(target) : "interface \(target)"
    try record("attach \(name(program)) to \(place)") {}
  }

  func muteCtrlAltDel() throws(Errno) { try record("muteCtrlAltDel") {} }
  func sync() { note("sync") }

  func powerOff() -> Never {
    note("powerOff")
    end(.poweredOff)
  }
}
