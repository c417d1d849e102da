import ArrowSpec

/// Gets an address by DHCP and keeps it (RFC 2131, figure 5). It asks with growing pauses, renews the lease after half
/// of its time, and gives the address up when the lease is over.
///
/// While the task runs it does not wait: call ``receive(_:)`` when something arrives, and ``act(_:)`` at ``time``.
struct DHCPClient {
  enum Change: Equatable {
    case gained(DHCPMessage.Lease)
    case lost
  }

  private enum State { case selecting, requesting, bound, renewing, rebinding }

  let socket: Int32
  private let client: DHCPMessage.Client
  private var transaction: UInt32 = 0
  private var state = State.selecting
  private(set) var lease: DHCPMessage.Lease?
  /// How often in a row it has asked for an address without getting one.
  private(set) var attempts = 0
  /// When to act next, in ms, by ``Linux/now()``.
  private(set) var time: UInt64 = 0
  /// When any server may renew the lease, not only its own.
  private var rebindTime: UInt64 = 0
  /// When the lease ends.
  private var endTime: UInt64 = 0
  /// Whether there may be more to read.
  private(set) var hasMore = false

  /// How long the first attempt waits, in ms. It is shorter than RFC 2131 4.1 says, because a VM's server is near.
  private static let firstPause: UInt64 = 250
  /// How often the pause is doubled at most, which makes 64 s.
  private static let doublings = 8
  /// RFC 2131 4.4.5: a request for renewal is not repeated earlier than this, in ms.
  private static let renewalPause: UInt64 = 60_000
  private static let packetsAtOnce = 64

  init(on interface: String, hostname: String, _ linux: some Linux) throws(BootError) {
    let text = try must("read the address of \(interface)", linux.line(of: "/sys/class/net/\(interface)/address"))
    guard let address = DHCPMessage.hardwareAddress(text) else {
      throw BootError("\(interface) has no Ethernet address: \(text)")
    }
    client = DHCPMessage.Client(hardware: address, hostname: Array(hostname.utf8.prefix(63)))
    socket = try must("open a DHCP socket on \(interface)", linux.openDHCP(on: interface))
  }

  /// Asks for an address and waits for it, `patience` ms at most.
  mutating func waitForLease(patience: UInt64, _ linux: some Linux) throws(Errno) {
    let end = linux.now() + patience
    discover(linux)
    while lease == nil {
      let now = linux.now()
      if now >= end { return }
      if now >= time {
        _ = act(linux)
      } else if try linux.waitReadable(socket, timeout: Int32(min(time, end) - now)) {
        _ = try receive(linux)
      }
    }
  }

  mutating func receive(_ linux: some Linux) throws(Errno) -> Change? {
    var change: Change?
    hasMore = true
    for _ in 0..<Self.packetsAtOnce {
      let packet: [UInt8]
      do {
        packet = try linux.read(socket, atMost: 1500)
      } catch {
        hasMore = false
        if error == .again { return change }
        throw error
      }
      change = hear(packet, linux) ?? change
    }
    return change
  }

  /// Answers are ignored where they are malformed, not for this client, or do not fit its state.
  private mutating func hear(_ packet: [UInt8], _ linux: some Linux) -> Change? {
    guard let answer = DHCPMessage.Answer(packet, client: client.hardware, transaction: transaction) else { return nil }
    switch state {
    case .selecting:
      guard answer.kind == .offer, let offer = answer.lease else { return nil }
      state = .requesting
      send(DHCPMessage.request(offer, client: client, transaction: transaction), to: nil, linux)
      return nil
    case .requesting, .renewing, .rebinding:
      if answer.kind == .acknowledgement, let granted = answer.lease { return bind(granted, linux) }
      guard answer.kind == .refusal else { return nil }
      if state != .requesting { return lose(linux) }
      // It asks for another offer only when this attempt is over: else server and client would keep each other busy.
      state = .selecting
      return nil
    case .bound: return nil
    }
  }

  mutating func act(_ linux: some Linux) -> Change? {
    let now = linux.now()
    if now < time { return nil }
    if lease == nil {
      discover(linux)
    } else if now >= endTime {
      return lose(linux)
    } else {
      renew(fromAnyServer: now >= rebindTime, linux)
    }
    return nil
  }

  private mutating func discover(_ linux: some Linux) {
    state = .selecting
    if attempts == 0 { transaction = linux.random() }
    // All VMs of a host may have lost their server at the same moment.
    let jitter = attempts < 4 ? 0 : UInt64(linux.random() % 1000)
    time = linux.now() + Self.firstPause << UInt64(min(attempts, Self.doublings)) + jitter
    attempts += 1
    send(DHCPMessage.discover(client: client, transaction: transaction), to: nil, linux)
  }

  private mutating func bind(_ granted: DHCPMessage.Lease, _ linux: some Linux) -> Change? {
    let now = linux.now()
    let isNews = lease.map { !$0.isSame(as: granted) } ?? true
    lease = granted
    state = .bound
    attempts = 0
    (time, rebindTime, endTime) = granted.times(from: now)
    return isNews ? .gained(granted) : nil
  }

  private mutating func renew(fromAnyServer: Bool, _ linux: some Linux) {
    guard let lease else { return }
    if state == .bound { transaction = linux.random() }
    state = fromAnyServer ? .rebinding : .renewing
    let now = linux.now()
    let limit = fromAnyServer ? endTime : rebindTime
    time = min(max(now + (limit - now) / 2, now + Self.renewalPause), limit)
    send(
      DHCPMessage.renewal(of: lease, client: client, transaction: transaction),
      to: fromAnyServer ? nil : IPAddress(bytes: lease.server), linux)
  }

  /// A message that cannot be sent, because the link is down or the server is away, counts as unanswered.
  private func send(_ message: [UInt8], to server: IPAddress?, _ linux: some Linux) {
    try? linux.sendDHCP(message, to: server, on: socket)
  }

  private mutating func lose(_ linux: some Linux) -> Change {
    lease = nil
    attempts = 0
    state = .selecting
    time = linux.now()
    return .lost
  }

  /// Asks the server at once: time has passed that this clock has not counted, so the lease may be over.
  mutating func hurry(_ linux: some Linux) {
    if state == .bound { time = linux.now() }
  }
}

extension DHCPMessage.Lease {
  /// Whether the network is set up in the same way by both.
  fileprivate func isSame(as other: Self) -> Bool {
    address == other.address && prefixLength == other.prefixLength && routes == other.routes
      && names == other.names && mtu == other.mtu
  }

  /// T1, T2 and the end (RFC 2131 4.4.5), in ms.
  fileprivate func times(from now: UInt64) -> (UInt64, UInt64, UInt64) {
    // RFC 2131's infinity.
    if time == .max { return (.max, .max, .max) }
    let whole = UInt64(time) * 1000
    var (first, second) = (whole / 2, whole * 7 / 8)
    if let renewal, let rebinding, 0 < renewal, renewal < rebinding, rebinding < time {
      (first, second) = (UInt64(renewal) * 1000, UInt64(rebinding) * 1000)
    }
    return (now + first, now + second, now + whole)
  }
}
