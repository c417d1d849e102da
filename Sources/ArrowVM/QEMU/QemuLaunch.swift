import ArrowHost
import Glibc

/// The start of QEMU, up to the moment when it runs its VM.
enum QemuLaunch {
  /// Starts QEMU in an instance's folder: its own session, its messages in `qemu.log`.
  static func start(_ command: [String], in folder: OpenFolder, diesWithCaller: Bool) throws -> ForkedProcess {
    let log = "\(folder.path)/\(QemuFile.log)"
    let output = try checked("write \(log)") { open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
    defer { close(output) }
    return try ForkedProcess.start(command, folder: folder.descriptor, output: output, diesWithCaller: diesWithCaller)
  }

  /// `listener`: a socket on which QEMU waits for us before it goes on. Kills QEMU when the wait fails or is
  /// interrupted.
  static func waitUntilItRuns(
    _ qemu: ForkedProcess, in folder: OpenFolder, listener: String?, _ signals: SignalDescriptor
  ) throws -> StartedMachine {
    do {
      let handshake = MonitorHandshake(qemu.process, in: folder.descriptor, signals)
      let stream = try listener.flatMap { try handshake.connect(to: $0) }
      let isRunning = try handshake.wait() == .runs
      if isRunning { ListenBacklog.widen(qemu.process) }
      return StartedMachine(child: qemu, stream: stream, isRunning: isRunning)
    } catch {
      qemu.process.kill()
      _ = qemu.end()
      throw error
    }
  }
}
