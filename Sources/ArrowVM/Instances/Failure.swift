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
        error.message,
        isStuck ? "-m gives it more memory, --debug shows what its kernel says, --boot-timeout gives it time" : nil)
    }
    let lost = lostOutput
    if !lost.isEmpty { return "\(failure(ofLost: lost))" }
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
    return String(line.split(separator: "] ", maxSplits: 1).last ?? line)
  }
}
