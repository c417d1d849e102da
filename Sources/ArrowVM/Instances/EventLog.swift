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

  /// How many bytes the task wrote.
  public struct Output: Equatable {
    public var stdout: UInt64
    public var stderr: UInt64
  }

  /// Whether the file is there, and a file.
  private(set) var isReadable = false
  public private(set) var isBooted = false
  public private(set) var isReady = false
  /// The last `STATUS=` of the task.
  public private(set) var status: String?
  /// The last `exited` event.
  public private(set) var exit: Exit?
  /// The last `output` event: what the files of stdout and stderr must hold. `nil` where the task's descriptors were no
  /// pipes, or where its VM did not come to its end.
  public private(set) var output: Output?
  public private(set) var errors: [(stage: String, message: String)] = []
  /// The VM's memory was nearly full: so many MiB of so many were available.
  public private(set) var memory: (available: Int, total: Int)?
  /// The last answer to the command `listeners`, and how many there were.
  public private(set) var listening: [UInt16] = []
  public private(set) var answers = 0
  public private(set) var refusedSystemCalls: [String] = []
  /// How many refusals the guest counted without naming the calls.
  public private(set) var unnamedRefusals = 0
  /// `ADDRESS:PORT/PROTO`, as far as the guest tells them.
  public private(set) var deniedDestinations: [String] = []
  /// All that the task made, where its filter logs them.
  public private(set) var loggedSystemCalls: [String] = []

  /// Only this much of each end of the file is read, because a guest may flood its channel. In bytes.
  static let window = 256 * 1024
  private static let tailWindow = 8 * 1024

  public init(path: String) {
    guard let log = try? LogFile(path) else { return }
    isReadable = true
    guard let first = log.bytes(from: 0) else { return }
    var head = [UInt8](repeating: 0, count: min(Self.window, first.count))
    guard let count = try? log.read(first, into: &head) else { return }
    read(Array(head[..<count]))
    if count == Self.window { read(log.tail(Self.tailWindow, from: off_t(Self.window))) }
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
    case .denied(let destination):
      let text = destination?.text ?? "others"
      if deniedDestinations.count <= GuestEvent.maximumDenied, !deniedDestinations.contains(text) {
        deniedDestinations.append(text)
      }
    case .clock: break
    case .listening(let ports): (listening, answers) = (ports, answers + 1)
    case .output(let stdout, let stderr): output = Output(stdout: stdout, stderr: stderr)
    case .memory(let available, let total): memory = (available, total)
    case .logged(let name): loggedSystemCalls.append(name)
    case .moreRefused(let count): unnamedRefusals += min(count, .max - unnamedRefusals)
    case .seccomp(let name): if !refusedSystemCalls.contains(name) { refusedSystemCalls.append(name) }
    }
  }
}

extension GuestEvent.Destination {
  fileprivate var text: String {
    var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    inet_ntop(address.isIPv6 ? AF_INET6 : AF_INET, address.bytes, &buffer, socklen_t(buffer.count))
    let short = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return (address.isIPv6 ? "[\(short)]" : short) + ":\(port)/\(proto.name)"
  }
}
