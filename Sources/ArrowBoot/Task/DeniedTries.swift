import ArrowSpec

/// Tells which denied addresses the task tried to reach (`arrow.deny=`), each once.
struct DeniedTries {
  /// A BPF ring buffer. Something arrives in it for each destination that the task had not tried before.
  let descriptor: Int32
  /// A BPF map, whose keys are the destinations: `struct destination` of ports.bpf.c.
  private let map: Int32
  private var told: [[UInt8]] = []

  init(descriptor: Int32, map: Int32) {
    self.descriptor = descriptor
    self.map = map
  }

  mutating func read(_ linux: some Linux) -> [GuestEvent] {
    let most = GuestEvent.maximumDenied
    guard told.count < most,
      let keys = try? linux.keys(of: map, size: BPFMap.sizeOfDestination, atMost: most)
    else { return [] }
    var events: [GuestEvent] = []
    for key in keys where !told.contains(key) {
      told.append(key)
      events.append(.denied(GuestEvent.Destination(key)))
    }
    // The map is full.
    if told.count == most { events.append(.denied(nil)) }
    return events
  }
}

extension GuestEvent.Destination {
  fileprivate init(_ key: [UInt8]) {
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    let isIPv4 = key.starts(with: mapped)
    self.init(
      address: IPAddress(bytes: Array(key[(isIPv4 ? mapped.count : 0)..<16])),
      port: UInt16(key[16]) << 8 | UInt16(key[17]), proto: key[18] == 17 ? .udp : .tcp)
  }
}
