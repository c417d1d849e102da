import ArrowHost
import ArrowSpec
import Glibc

/// What the guest has reported over its events channel, as far as actrl needs it.
public struct EventLog {
  public struct Exit: Equatable {
    public var code: Int32
    public var signal: Int32?
    public var reason: GuestEvent.Reason
  }

  public private(set) var isBooted = false
  public private(set) var isReady = false
  /// The last `STATUS=` of the task.
  public private(set) var status: String?
  /// The last `exited` event.
  public private(set) var exit: Exit?
  public private(set) var errors: [(stage: String, message: String)] = []
  public private(set) var refusedSystemCalls: [String] = []
  /// All that the task made, where its filter logs them.
  public private(set) var loggedSystemCalls: [String] = []

  /// Only this much of each end of the file is read, because a guest may flood its channel. In bytes.
  static let window = 256 * 1024

  public init(path: String) {
    guard let head = contents(of: path, atMost: Self.window) else { return }
    read(head)
    if head.count == Self.window { read(Self.tail(of: path)) }
  }

  private mutating func read(_ bytes: [UInt8]) {
    for line in bytes.split(separator: UInt8(ascii: "\n")) where line.count < 4096 {
      if let event = GuestEvent(line: Array(line)) { add(event) }
    }
  }

  private mutating func add(_ event: GuestEvent) {
    switch event {
    case .booted: isBooted = true
    case .ready: isReady = true
    case .status(let text): status = text
    case .exited(let code, let signal, let reason): exit = Exit(code: code, signal: signal, reason: reason)
    case .error(let stage, let message): errors.append((stage, message))
    case .clock: break
    case .logged(let name): loggedSystemCalls.append(name)
    case .seccomp(let name): if !refusedSystemCalls.contains(name) { refusedSystemCalls.append(name) }
    }
  }

  private static func tail(of path: String) -> [UInt8] {
    guard let descriptor = try? Files.openFile(path) else { return [] }
    defer { close(descriptor) }
    let end = lseek(descriptor, 0, SEEK_END)
    var buffer = [UInt8](repeating: 0, count: 8192)
    let count = pread(descriptor, &buffer, buffer.count, max(Int(end) - buffer.count, window))
    return count > 0 ? Array(buffer[..<count]) : []
  }
}
