import ArrowHost
import ArrowSpec
import Glibc

// Messages about an end, where the exit code alone says too little.

extension Instance {
  /// Why a VM ended without an `exited` event. `status` is that of its process, 0 where we did not start it.
  func failure(status: Int32) -> HostError {
    if let line = Self.lastLine(of: path(InstanceFile.kernelLog), with: "Kernel panic") {
      return HostError("the guest's kernel panicked: \(line)", hint: "--debug shows what came before")
    }
    if isDiskFull { return HostError("the VM failed: no space left in \(folder)", hint: "make room and try again") }
    if let account = hypervisor.account(ofEnd: status, in: folder) { return HostError(account) }
    return HostError("the VM ended without saying how", hint: "--debug shows its kernel and arrow-init")
  }

  /// Why the task ended, where it did not end by itself; `nil` where it did.
  public var remark: String? {
    let events = events
    if let error = events.errors.last {
      let isStuck = error.stage == BootWatch.stage
      return withHint(
        error.message.fields(separatedBy: "\n").map(TerminalText.harmless).joined(separator: "\n"),
        isStuck ? "-m gives it more memory, --debug shows what its kernel says, --boot-timeout gives it time" : nil)
    }
    let lost = lostOutput
    if !lost.isEmpty { return "\(failure(ofLost: lost))" }
    switch events.exit?.reason {
    case .oom:
      return withHint(
        "the task was killed: its VM's \(record.memoryMiB) MiB of memory are full", "give it more with -m")
    case .seccomp:
      let names = TerminalText.harmless(events.refusedSystemCalls.joined(separator: ", "))
      return "the task was killed by its seccomp filter" + (names.isEmpty ? "" : ": \(names)")
    default: return shortage
    }
  }

  /// That the VM is nearly too small, where the guest said so.
  public var shortage: String? {
    events.memory.map { available, total in
      withHint(
        "the VM's memory is nearly full: \(available) of \(total) MiB are available, and its program is slow because"
          + " it is read again and again", "give it more than -m \(record.memoryMiB)m")
    }
  }

  /// What a person should know of a task, however it ended.
  public var notices: [String] {
    // What killed the task is its remark.
    let refusals = events.exit?.reason == .seccomp ? nil : refusals
    return [refusals.map { "the seccomp filter \($0)" }, denials].compactMap { $0 }
  }

  /// What the filter refused; `nil` where it did not.
  public var refusals: String? {
    let (names, more) = (events.refusedSystemCalls, events.unnamedRefusals)
    if names.isEmpty { return nil }
    return TerminalText.harmless("refused: \(names.joined(separator: ", "))")
      + (more > 0 ? " and \(more) more calls" : "")
  }

  /// The state, and why the task ended where it did not end by itself: `exited (137, oom)`.
  public var stateText: String {
    let state = state
    guard case .exited(let code) = state, let exit = events.exit else { return state.text }
    switch exit.reason {
    case .exited, .stopped: return state.text
    case .signaled: return "exited (\(code), \(exit.signal.flatMap(Signal.name(of:)) ?? "signaled"))"
    case .oom, .seccomp, .failed: return "exited (\(code), \(exit.reason.rawValue))"
    }
  }

  /// The last lines of the task's stderr, or of its stdout where it said nothing there.
  public func lastWords(_ count: Int) -> [String] {
    for file in [InstanceFile.stderr, InstanceFile.stdout] {
      let lines = Self.lastLines(count, of: path(file))
      if !lines.isEmpty { return lines }
    }
    return []
  }

  private static func lastLines(_ count: Int, of path: String) -> [String] {
    guard let log = try? LogFile(path), let start = try? log.start(ofLastLines: count) else { return [] }
    let lines = log.tail(16 * 1024, from: start).split(separator: UInt8(ascii: "\n"))
    return lines.map { TerminalText.harmless(String(decoding: $0, as: UTF8.self)) }
  }

  /// What the task tried to reach in vain; `nil` where it did not.
  private var denials: String? {
    let tried = events.deniedDestinations
    if tried.isEmpty { return nil }
    return withHint(
      "the task tried to reach \(tried.joined(separator: ", ")), which is this host's loopback",
      "--host-loopback allows it")
  }

  /// Whether the disk is full for this user, who is the hypervisor's too: what the guest says is lost then.
  var isDiskFull: Bool {
    var status = statvfs()
    return statvfs(folder, &status) == 0 && (geteuid() == 0 ? status.f_bfree : status.f_bavail) == 0
  }

  private static func lastLine(of path: String, with text: String) -> String? {
    guard let log = try? LogFile(path) else { return nil }
    let lines = String(decoding: log.tail(64 * 1024), as: UTF8.self).split(separator: "\n")
    guard let line = lines.last(where: { $0.contains(text) }) else { return nil }
    // Without the kernel's time stamp.
    return TerminalText.harmless(String(line.split(separator: "] ", maxSplits: 1).last ?? line))
  }
}
