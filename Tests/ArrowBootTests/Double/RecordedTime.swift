import ArrowSpec

@testable import ArrowBoot

// Signals, children and time. Time passes only during calls that wait.
extension RecordedCalls {
  func blockSignals() throws(Errno) { try record("blockSignals") {} }
  func restoreSignals() throws(Errno) { try record("restoreSignals") {} }

  func openSignals() throws(Errno) -> Int32 {
    try record("openSignals") { newDescriptor(.init(name: "signals", flags: [.read, .nonBlocking], isStream: true)) }
  }

  func readSignal(_ descriptor: Int32) throws(Errno) -> Int32? {
    try record("readSignal") {
      // The kernel keeps at most one of each number, and gives the lowest first.
      let signal = pendingSignals.min()
      if let signal { pendingSignals.remove(signal) }
      return signal
    }
  }

  func send(_ signal: Int32, to pid: Int32) throws(Errno) {
    try record("send \(signal) to \(pid)") { () throws(Errno) in
      let targets = pid == -1 ? living.sorted() : living.contains(pid) ? [pid] : []
      if targets.isEmpty { throw Errno(3) }
      for target in targets {
        if signal == Signal.kill {
          happen(.killed(target, by: signal))
        } else {
          happenings += machine.reaction(target, signal).map { (clock + $0.delay, $0.what) }
        }
      }
    }
  }

  func reap() throws(Errno) -> (pid: Int32, status: Int32)? {
    try record("reap") { () throws(Errno) in
      if !dead.isEmpty { return dead.removeFirst() }
      if living.isEmpty { throw .noChild }
      return nil
    }
  }

  func waitReadable(_ descriptor: Int32, timeout: Int32) throws(Errno) -> Bool {
    let name = name(descriptor)
    return try record("waitReadable \(name) \(timeout) ms") {
      let end = timeout < 0 ? nil : clock + UInt64(timeout)
      // Only a test can make an audit record arrive. When none is to come, the wait takes no time.
      if name == "audit", !happenings.contains(where: { $0.time <= end ?? .max }) { return false }
      while inbox[name, default: []].isEmpty {
        if passTime(until: end) { continue }
        if end == nil { self.end(.hung(in: "waitReadable \(name)")) }
        return false
      }
      return true
    }
  }

  func waitWritable(_ descriptor: Int32, timeout: Int32) throws(Errno) -> Bool {
    let name = name(descriptor)
    return try record("waitWritable \(name) \(timeout) ms") {
      let end = clock + UInt64(timeout)
      while deafDevices.contains(name) {
        if !passTime(until: end) { return false }
      }
      return true
    }
  }

  func openPoll() throws(Errno) -> Int32 { try record("openPoll") { newDescriptor(.init(name: "poll")) } }

  func watch(_ descriptor: Int32, on poll: Int32) throws(Errno) {
    try record("watch \(name(descriptor))") { watched.append(descriptor) }
  }

  func watchOutput(_ descriptor: Int32, on poll: Int32) throws(Errno) {
    try record("watchOutput \(name(descriptor))") { watched.append(descriptor) }
  }

  func setBatchScheduling() throws(Errno) { try record("setBatchScheduling") {} }

  func wait(_ poll: Int32, timeout: Int32) throws(Errno) -> [Int32] {
    try record("wait \(timeout) ms") {
      let end = timeout < 0 ? nil : clock + UInt64(timeout)
      while true {
        let news = watched.filter { arrivals.contains(name($0)) }
        arrivals.subtract(news.map(name))
        if !news.isEmpty { return news }
        if passTime(until: end) { continue }
        if end == nil { self.end(.hung(in: "wait")) }
        return []
      }
    }
  }

  func now() -> UInt64 { clock }

  func wallClock() -> Int64 { Machine.start + Int64(clock / 1000) + clockLead }
  func setWallClock(_ seconds: Int64) throws(Errno) {
    try record("setWallClock \(seconds - wallClock()) s ahead") { clockLead += seconds - wallClock() }
  }
  func readRTC(_ descriptor: Int32) throws(Errno) -> Int64 {
    try record("readRTC \(name(descriptor))") { Machine.start + Int64(clock / 1000) + rtcLead }
  }

  func freeMemory() -> UInt64 { machine.freeMemory }

  /// Goes on to the next thing that happens before `end`. False when there is none.
  func passTime(until end: UInt64?) -> Bool {
    guard let next = happenings.map(\.time).min(), next <= end ?? .max else {
      if let end { clock = max(clock, end) }
      return false
    }
    clock = max(clock, next)
    let now = happenings.filter { $0.time == next }
    happenings.removeAll { $0.time == next }
    for happening in now { happen(happening.what) }
    return true
  }

  func happen(_ what: Machine.Happening) {
    switch what {
    case .exits(let pid, let code): end(pid, status: code << 8)
    case .killed(let pid, let signal): end(pid, status: signal)
    case .adopts(let pid): living.insert(pid)
    case .signal(let number): signal(number)
    case .hears(let device):
      deafDevices.remove(device)
      arrivals.insert(device)
    case .isFull(let device): deafDevices.insert(device)
    case .arrives(let device, let text):
      inbox[device, default: []].append(Array(text.utf8))
      arrivals.insert(device)
    case .receives(let packet):
      inbox["DHCP socket", default: []].append(packet)
      arrivals.insert("DHCP socket")
    case .advertises(let message):
      inbox["router news", default: []].append(message)
      arrivals.insert("router news")
    case .sleeps(let seconds): rtcLead += seconds
    case .shows(let path, let text): tree[path] = .file(text)
    case .rereads(let pages, let available):
      tree["/proc/vmstat"] = .file("nr_free_pages 500\nworkingset_refault_file \(pages)\npswpin 0\n")
      tree["/proc/meminfo"] = .file("MemTotal:       57344 kB\nMemAvailable:   \(available) kB\n")
    case .refusesLease: dhcpRefuses = true
    case .listens(let port):
      waitingPorts.remove(port)
      arrivals.insert("map ring")
    case .tries(let destination):
      triedDestinations.append(destination)
      arrivals.insert("map ring")
    case .portAppears(let device, let name):
      tree["/dev/\(device)"] = .stream
      tree["/sys/class/virtio-ports/\(device)/name"] = .file(name + "\n")
      happen(.deviceEvent)
    case .deviceEvent: happen(.arrives("device events", "add"))
    case .readsAlteredBlock(let block):
      let variables = ["change@/devices/virtual/block/dm-0", "ACTION=change", "DM_VERITY_ERR_BLOCK_NR=0,\(block)", ""]
      happen(.arrives("device events", variables.joined(separator: "\0")))
    }
  }

  private func end(_ pid: Int32, status: Int32) {
    guard !machine.immortals.contains(pid), living.remove(pid) != nil else { return }
    dead.append((pid, status))
    signal(Signal.child)
  }

  private func signal(_ number: Int32) {
    pendingSignals.insert(number)
    arrivals.insert("signals")
  }
}
