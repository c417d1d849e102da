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
    if let error = events.errors.last { return TerminalText.harmless(error.message) }
    switch events.exit?.reason {
    case .oom:
      return withHint(
        "the task was killed: its VM's \(record.memoryMiB) MiB of memory are full", "give it more with -m")
    case .seccomp:
      let names = events.refusedSystemCalls.joined(separator: ", ")
      return "the task was killed by its seccomp filter" + (names.isEmpty ? "" : ": \(names)")
    default: return nil
    }
  }

  /// What the filter refused, behind `the seccomp filter`; `nil` where it did not.
  public var refusals: String? {
    let names = events.refusedSystemCalls
    return names.isEmpty ? nil : "refused: \(names.joined(separator: ", "))"
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
    let window = 16 * 1024
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: window)
    let size = pread(descriptor, &buffer, window, max(0, lseek(descriptor, 0, SEEK_END) - off_t(window)))
    let lines = buffer[..<max(0, size)].split(separator: UInt8(ascii: "\n"))
    return lines.suffix(count).map { TerminalText.harmless(String(decoding: $0, as: UTF8.self)) }
  }

  /// Whether the disk is full for this user, who is the hypervisor's too: what the guest says is lost then.
  var isDiskFull: Bool {
    var status = statvfs()
    return statvfs(folder, &status) == 0 && (geteuid() == 0 ? status.f_bfree : status.f_bavail) == 0
  }

  private static func lastLine(of path: String, with text: String) -> String? {
    let lines = String(decoding: contents(of: path) ?? [], as: UTF8.self).split(separator: "\n")
    guard let line = lines.last(where: { $0.contains(text) }) else { return nil }
    // Without the kernel's time stamp.
    return String(line.split(separator: "] ", maxSplits: 1).last ?? line)
  }
}
