import ArrowHost
import ArrowSpec
import Glibc

// What went wrong, in words, where the exit code alone says little.

extension Instance {
  /// Why a VM ended without a word of its own.
  func failure(status: Int32) -> HostError {
    if let line = Self.lastLine(of: path(InstanceFile.kernelLog), with: "Kernel panic") {
      return HostError("the guest's kernel panicked: \(line)", hint: "--debug shows what came before")
    }
    if isDiskFull { return HostError("the VM failed: no space left in \(folder)", hint: "make room and try again") }
    if status > 128 { return HostError("QEMU was killed by signal \(status - 128)") }
    if let line = qemuLog.split(separator: "\n").last(where: { !$0.contains(": info: ") }) {
      return HostError("QEMU says: \(line)")
    }
    return HostError("the VM ended without saying how", hint: "--debug shows its kernel and arrow-init")
  }

  /// What to say about an end that isn't the task's own doing; `nil` where there is nothing to say.
  public var remark: String? {
    let events = events
    if let error = events.errors.last { return error.message }
    switch events.exit?.reason {
    case .oom:
      return "the task was killed: its VM's \(record.memoryMiB) MiB of memory are full\n  hint: give it more with -m"
    case .seccomp:
      let names = events.refusedSystemCalls.joined(separator: ", ")
      return "the task was killed by its seccomp filter" + (names.isEmpty ? "" : ": \(names)")
    default: return nil
    }
  }

  /// What QEMU itself has said, less than a page of it.
  var qemuLog: String { String(decoding: contents(of: path(InstanceFile.qemuLog), atMost: 4096) ?? [], as: UTF8.self) }

  /// Whether QEMU, which runs as we do, can't write any more: it drops what the guest says then.
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
