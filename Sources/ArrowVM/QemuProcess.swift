import ArrowHost
import CHost
import Glibc

/// QEMU, started in an instance's folder: its own session, its messages in `qemu.log`, no descriptor but the named ones.
struct QemuProcess {
  let pid: pid_t
  /// Readable once the process has ended.
  let descriptor: Int32

  static func start(
    _ words: [String], in claim: InstanceClaim, keeping kept: [Int32] = [], diesWithCaller: Bool
  ) throws -> QemuProcess {
    let log = claim.instance.path(InstanceFile.qemuLog)
    let output = try checked("write \(log)") { open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
    defer { close(output) }
    let pid = try ForkedProcess.start(
      words, folder: claim.descriptor, output: output, keeping: kept, diesWithCaller: diesWithCaller)
    let descriptor = host_pidfd(pid)
    guard descriptor >= 0 else {
      kill(pid, SIGKILL)
      throw HostError("cannot watch \(words[0]): \(systemText(-descriptor))")
    }
    return QemuProcess(pid: pid, descriptor: descriptor)
  }

  /// The full path of QEMU, as `PATH` says.
  static func program(path: String?) throws -> String {
    for folder in (path ?? "/usr/bin:/bin").split(separator: ":") {
      let candidate = "\(folder)/\(QemuCommandLine.program)"
      if access(candidate, X_OK) == 0 { return candidate }
    }
    throw HostError("\(QemuCommandLine.program) is not installed", hint: "apt-get install qemu-system-x86")
  }
}
