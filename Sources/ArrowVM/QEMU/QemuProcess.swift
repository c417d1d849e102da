import ArrowHost
import Glibc

/// QEMU, started in an instance's folder: its own session, its messages in `qemu.log`.
enum QemuProcess {
  static func start(_ words: [String], in claim: InstanceClaim, diesWithCaller: Bool) throws -> ForkedProcess {
    let log = claim.instance.path(InstanceFile.qemuLog)
    let output = try checked("write \(log)") { open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
    defer { close(output) }
    return try ForkedProcess.start(
      words, folder: claim.descriptor, output: output, diesWithCaller: diesWithCaller)
  }

  /// The full path of QEMU, as `PATH` says; QEMU starts in another folder than ours.
  static func program(on host: Host) throws -> String {
    for folder in (host.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":") {
      let path = "\(folder)/\(QemuCommandLine.program)"
      let candidate = path.hasPrefix("/") ? path : "\(host.folder)/\(path)"
      if access(candidate, X_OK) == 0 { return candidate }
    }
    throw HostError("\(QemuCommandLine.program) is not installed", hint: "apt-get install qemu-system-x86")
  }
}
