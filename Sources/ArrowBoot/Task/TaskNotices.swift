import ArrowSpec

/// What the task says through NOTIFY_SOCKET: `READY=1` and `STATUS=...`, one a line; everything else is passed over.
struct TaskNotices {
  private let socket: Int32
  private(set) var saidReady = false
  /// The newest status that the host has not heard yet, and when it may.
  private var status: String?
  private var nextTime: UInt64 = 0
  /// Whether something was left unread, so that a task that never stops talking does not keep PID 1 from all else.
  private(set) var hasMore = false

  /// The host hears at most ten statuses a second, in ms; the newest one always.
  private static let pause: UInt64 = 100
  private static let datagramsAtOnce = 32
  /// In bytes; a status is a line for people.
  private static let longestStatus = 512

  init(_ socket: Int32) { self.socket = socket }

  mutating func read(_ linux: some Linux) {
    hasMore = true
    for _ in 0..<Self.datagramsAtOnce {
      guard let message = try? linux.read(socket, atMost: 4096) else {
        hasMore = false
        return
      }
      for line in message.split(separator: 0x0A) { hear(line) }
    }
  }

  private mutating func hear(_ line: ArraySlice<UInt8>) {
    let key = Array("STATUS=".utf8)
    if line.elementsEqual("READY=1".utf8) {
      saidReady = true
    } else if line.starts(with: key) {
      status = String(decoding: line.dropFirst(key.count).prefix(Self.longestStatus), as: UTF8.self)
    }
  }

  /// When the host is to hear the status; `nil` where there is none.
  var time: UInt64? { hasMore ? 0 : status == nil ? nil : nextTime }

  /// The status, when its time has come.
  mutating func takeStatus(_ linux: some Linux, isEnd: Bool = false) -> String? {
    let now = linux.now()
    guard let text = status, isEnd || now >= nextTime else { return nil }
    nextTime = now + Self.pause
    status = nil
    return text
  }
}
