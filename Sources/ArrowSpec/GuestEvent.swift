/// What the guest tells the host over `org.arrow.events`: one JSON object a line (DESIGN.md 3.5).
public enum GuestEvent: Equatable {
  /// Why the task ended.
  public enum Reason: String, CaseIterable {
    case exited, signaled, oom, seccomp, stopped
    /// The VM's own failure; the task never ran or was taken down with it.
    case failed
  }

  /// arrow-init has started the task of this arrow.
  case booted(arrow: String)
  /// The exported port accepts.
  case ready
  /// The task ended, or the boot did: the exit code of DESIGN.md 3.4, and the signal if one ended it.
  case exited(code: Int32, signal: Int32?, reason: Reason)
  /// The seccomp filter refused a system call.
  case seccomp(syscall: String)
  /// A stage failed.
  case error(stage: String, message: String)

  /// The event as a line, its newline included.
  public var line: [UInt8] {
    var object = JSONLine()
    switch self {
    case .booted(let arrow):
      object.add("event", "booted")
      object.add("arrow", arrow)
    case .ready:
      object.add("event", "ready")
    case .exited(let code, let signal, let reason):
      object.add("event", "exited")
      object.add("code", Int(code))
      if let signal { object.add("signal", Int(signal)) }
      object.add("reason", reason.rawValue)
    case .seccomp(let syscall):
      object.add("event", "seccomp")
      object.add("syscall", syscall)
    case .error(let stage, let message):
      object.add("event", "error")
      object.add("stage", stage)
      object.add("message", message)
    }
    return object.line
  }

  /// Reads a line that ``line`` wrote; `nil` for anything else (a guest's word is never trusted).
  public init?(line: [UInt8]) {
    guard let document = try? JSONDocument(line), let event = document.root.text("event") else { return nil }
    let root = document.root
    switch event {
    case "booted": self = .booted(arrow: root.text("arrow") ?? "")
    case "ready": self = .ready
    case "exited":
      guard let code = root.member("code")?.integer, (0...255).contains(code),
        let reason = root.text("reason").flatMap({ name in Reason.allCases.first { $0.rawValue == name } })
      else { return nil }
      let signal = root.member("signal")?.integer.flatMap { (1...64).contains($0) ? Int32($0) : nil }
      self = .exited(code: Int32(code), signal: signal, reason: reason)
    case "seccomp": self = .seccomp(syscall: root.text("syscall") ?? "")
    case "error": self = .error(stage: root.text("stage") ?? "", message: root.text("message") ?? "")
    default: return nil
    }
  }
}

/// What the host tells the guest over `org.arrow.control`: one JSON object a line.
public enum ControlCommand: Equatable {
  /// Stop gracefully: `stop.signal`, `stop.timeout`, SIGKILL.
  case stop
  /// Send the task this signal.
  case signal(Int32)

  /// The longest line that is read, in bytes.
  public static let maximumLength = 256

  public var line: [UInt8] {
    var object = JSONLine()
    switch self {
    case .stop: object.add("command", "stop")
    case .signal(let number):
      object.add("command", "signal")
      object.add("signal", Int(number))
    }
    return object.line
  }

  public init?(line: [UInt8]) {
    guard let document = try? JSONDocument(line), let command = document.root.member("command") else { return nil }
    if command.isString("stop") {
      self = .stop
    } else if command.isString("signal"), let number = document.root.member("signal")?.integer,
      (1...64).contains(number)
    {
      self = .signal(Int32(number))
    } else {
      return nil
    }
  }
}

extension JSONValue {
  fileprivate func text(_ key: String) -> String? {
    guard let value = member(key), value.kind == .string else { return nil }
    return String(decoding: value.stringBytes, as: UTF8.self)
  }
}

/// One flat JSON object on one line.
struct JSONLine {
  private var bytes: [UInt8] = []

  mutating func add(_ key: StaticString, _ value: String) {
    addKey(key)
    bytes.append(0x22)
    for byte in value.utf8 {
      switch byte {
      case 0x22, 0x5C: bytes += [0x5C, byte]
      case 0..<0x20, 0x7F:
        bytes += Array("\\u00".utf8) + Array(hexText(byte).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }

  mutating func add(_ key: StaticString, _ value: Int) {
    addKey(key)
    bytes += Array(String(value).utf8)
  }

  private mutating func addKey(_ key: StaticString) {
    bytes.append(bytes.isEmpty ? 0x7B : 0x2C)
    bytes.append(0x22)
    bytes += UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
    bytes += [0x22, 0x3A]
  }

  var line: [UInt8] { bytes + [0x7D, 0x0A] }
}
