import ArrowSpec

/// What the task says through NOTIFY_SOCKET: lines `READY=1` and `STATUS=...`. Other lines are ignored.
struct TaskNotices {
  private let socket: Int32
  private(set) var saidReady = false
  /// The newest status that the host does not know yet, and when it may be told.
  private var status: String?
  private var nextTime: UInt64 = 0
  /// Whether there may be more to read. PID 1 stops in between, so that a task which never stops talking does not keep
  /// it from everything else.
  private(set) var hasMore = false

  /// In ms: the host is told at most ten statuses a second. The newest one is always among them.
  private static let pause: UInt64 = 100
  private static let datagramsAtOnce = 32
  /// In bytes. A status is one line for people to read.
  private static let longestStatus = 512

  init(_ socket: Int32) { self.socket = socket }

  mutating func read(_ linux: some Linux) {
    hasMore = true
    for _ in 0..<Self.datagramsAtOnce {
      guard let message = try? linux.read(socket, atMost: 4096) else {
        hasMore = false
        return
      }
      for line in message.split(separator: UInt8(ascii: "\n")) { hear(line) }
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

  /// When to look at the notices again; `nil` where there is nothing to tell.
  var time: UInt64? { hasMore ? 0 : status == nil ? nil : nextTime }

  /// The status, if there is one and it may be told now.
  mutating func takeStatus(_ linux: some Linux, isEnd: Bool = false) -> String? {
    let now = linux.now()
    guard let text = status, isEnd || now >= nextTime else { return nil }
    nextTime = now + Self.pause
    status = nil
    return text
  }
}
