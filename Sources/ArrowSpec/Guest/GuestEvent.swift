/// What the guest tells the host over `org.arrow.events`: one JSON object a line (docs/contracts.md, "Channels").
public enum GuestEvent: Equatable, Sendable {
  /// Why the task ended.
  public enum Reason: String, CaseIterable, Sendable {
    case exited, signaled, oom, seccomp, stopped
    /// The VM's own failure; the task never ran or was taken down with it.
    case failed
  }

  public struct Destination: Equatable, Sendable {
    public var address: IPAddress
    public var port: UInt16
    public var proto: Spec.Port.TransportProtocol

    public init(address: IPAddress, port: UInt16, proto: Spec.Port.TransportProtocol) {
      self.address = address
      self.port = port
      self.proto = proto
    }
  }

  /// The host is told of so many denied destinations, and of so many ports at once.
  public static let maximumDenied = 16
  public static let maximumListening = 64

  /// arrow-init has started the task of this arrow.
  case booted(arrow: String)
  /// The exported port accepts, or the task said READY=1.
  case ready
  /// What the task said of itself: STATUS= of sd_notify(3).
  case status(text: String)
  /// The task or the boot ended: its exit code (docs/contracts.md, "Exit codes"), and the signal if one ended it.
  case exited(code: Int32, signal: Int32?, reason: Reason)
  /// The seccomp filter refused a system call.
  case seccomp(syscall: String)
  /// The seccomp filter refused so many more system calls, which were not named: within a minute, or until the end.
  case moreRefused(count: Int)
  /// The seccomp filter let a system call pass that it was to log: told once each.
  case logged(syscall: String)
  /// The task tried to reach an address that `arrow.deny=` denies: told once each. `nil`: further ones are not told.
  case denied(Destination?)
  /// The clock was wrong by so many seconds and was set: the host slept, or the VM was stopped.
  case clock(seconds: Int)
  /// How many bytes the task has written to its stdout and its stderr in the life of this VM, where they are pipes. Told
  /// right before the end, so that the host can see whether all of them have arrived.
  case output(stdout: UInt64, stderr: UInt64)
  /// The machine is nearly too small: the kernel reads the program's pages again and again. Told once.
  case memory(availableMiB: Int, totalMiB: Int)
  /// On which TCP ports something accepts connections: the answer to the command `listeners`.
  case listening(ports: [UInt16])
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
    case .status(let text):
      object.add("event", "status")
      object.add("text", text)
    case .exited(let code, let signal, let reason):
      object.add("event", "exited")
      object.add("code", Int(code))
      if let signal { object.add("signal", Int(signal)) }
      object.add("reason", reason.rawValue)
    case .seccomp(let syscall):
      object.add("event", "seccomp")
      object.add("syscall", syscall)
    case .moreRefused(let count):
      object.add("event", "seccomp")
      object.add("more", count)
    case .logged(let syscall):
      object.add("event", "logged")
      object.add("syscall", syscall)
    case .denied(let destination):
      object.add("event", "denied")
      guard let destination else { break }
      object.add("address", destination.address.text)
      object.add("port", Int(destination.port))
      object.add("proto", destination.proto.name)
    case .clock(let seconds):
      object.add("event", "clock")
      object.add("seconds", seconds)
    case .output(let stdout, let stderr):
      object.add("event", "output")
      object.add("stdout", stdout)
      object.add("stderr", stderr)
    case .memory(let available, let total):
      object.add("event", "memory")
      object.add("availableMiB", available)
      object.add("totalMiB", total)
    case .listening(let ports):
      object.add("event", "listening")
      object.add("ports", ports)
    case .error(let stage, let message):
      object.add("event", "error")
      object.add("stage", stage)
      object.add("message", message)
    }
    return object.line
  }

  /// Reads a line that ``line`` wrote; `nil` for anything else (the host never trusts the guest).
  public init?(line: [UInt8]) {
    guard let document = try? JSONDocument(line), let event = document.root.text("event") else { return nil }
    let root = document.root
    switch event {
    case "booted":
      guard let arrow = root.text("arrow") else { return nil }
      self = .booted(arrow: arrow)
    case "ready": self = .ready
    case "status":
      guard let text = root.text("text") else { return nil }
      self = .status(text: text)
    case "exited":
      guard let code = root.member("code")?.integer, (0...255).contains(code),
        let reason = root.text("reason").flatMap({ name in Reason.allCases.first { $0.rawValue == name } })
      else { return nil }
      let signal = root.member("signal").map { $0.integer ?? 0 }
      guard signal == nil || (1...64).contains(signal ?? 0) else { return nil }
      self = .exited(code: Int32(code), signal: signal.map { Int32($0) }, reason: reason)
    case "seccomp":
      if let more = root.member("more")?.integer, more > 0 {
        self = .moreRefused(count: Int(more))
        return
      }
      guard let syscall = root.text("syscall") else { return nil }
      self = .seccomp(syscall: syscall)
    case "logged":
      guard let syscall = root.text("syscall") else { return nil }
      self = .logged(syscall: syscall)
    case "denied":
      if root.member("address") == nil, root.member("port") == nil, root.member("proto") == nil {
        self = .denied(nil)
        return
      }
      guard let address = root.text("address").flatMap({ IPAddress($0.utf8) }),
        let port = root.member("port")?.integer.flatMap({ UInt16(exactly: $0) }),
        let proto = root.text("proto").flatMap({ name in
          [Spec.Port.TransportProtocol.tcp, .udp].first { $0.name == name }
        })
      else { return nil }
      self = .denied(Destination(address: address, port: port, proto: proto))
    case "clock":
      guard let seconds = root.member("seconds")?.integer else { return nil }
      self = .clock(seconds: Int(seconds))
    case "output":
      guard let stdout = root.member("stdout")?.unsignedInteger, let stderr = root.member("stderr")?.unsignedInteger
      else { return nil }
      self = .output(stdout: stdout, stderr: stderr)
    case "memory":
      guard let available = root.member("availableMiB")?.integer, let total = root.member("totalMiB")?.integer
      else { return nil }
      self = .memory(availableMiB: Int(available), totalMiB: Int(total))
    case "listening":
      guard let list = root.member("ports"), list.kind == .array else { return nil }
      var ports: [UInt16] = []
      for value in list.children {
        guard let port = value.integer.flatMap({ UInt16(exactly: $0) }) else { return nil }
        ports.append(port)
      }
      self = .listening(ports: ports)
    case "error":
      guard let stage = root.text("stage"), let message = root.text("message") else { return nil }
      self = .error(stage: stage, message: message)
    default: return nil
    }
  }
}

extension JSONValue {
  fileprivate func text(_ key: String) -> String? {
    guard let value = member(key), value.kind == .string else { return nil }
    return String(decoding: value.stringBytes, as: UTF8.self)
  }
}
