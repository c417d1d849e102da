import ArrowHost
import ArrowSpec
import Glibc

extension Instance {
  /// Attaches to a running VM, from its present output on. With `stopsWithUs` a signal to us asks the task to stop. The
  /// result is the exit code, or `nil` when the VM goes on without us.
  public func attach(stopsWithUs: Bool) throws -> Int32? {
    guard let process else {
      throw HostError("\(name) is not running", hint: "actrl logs \(name) shows what it said")
    }
    let terminal = record.hasTerminal ? try Terminal.ofStdin() : nil
    let stream = try claimStream()
    let signals = try SignalDescriptor()
    let attachment = Attachment(
      self, process: process, signals, detaches: { !stopsWithUs || $0 == SIGHUP })
    // First, so that the answer to what we pass on is in it.
    try attachment.copy(outputFiles(withKernel: false).map { try $0.fromEnd(in: folder) }, isOnly: false)
    if let stream { try attachment.connect(stream, terminal) }
    if try attachment.wait() == .detached { return nil }
    if let exit = events.exit { return try code(of: exit) }
    throw failure(status: 0)
  }

  /// Opens the task's input, for one actrl at a time.
  private func claimStream() throws -> Int32? {
    guard record.hasTerminal || record.keepsStdin else { return nil }
    let lock = try checked("lock \(folder)") {
      open(path(InstanceFile.attachLock), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      throw HostError("somebody is attached to \(name)", hint: "actrl logs -f \(name) shows what it says")
    }
    let descriptor = try checked("open \(folder)") { open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    defer { close(descriptor) }
    if record.hasTerminal {
      guard let socket = UnixSocket.connect(to: InstanceFile.consoleSocket, in: descriptor) else {
        throw Files.failure("connect to \(name)")
      }
      return socket
    }
    return try checked("connect to \(name)") { open(path(InstanceFile.stdin), O_WRONLY | O_CLOEXEC) }
  }
}
