import ArrowSpec

/// The way out: tell the host, write everything to the disks, power off.
enum PowerOff {
  static func report(_ end: TaskEnd, to channels: Channels, _ linux: some Linux) {
    linux.drain(terminal: channels.console)
    tell(.exited(code: end.code, signal: end.signal, reason: end.reason), channels, linux)
    // A host without the events channel reads the end on the console.
    if channels.events < 0 { say("the task ended with code \(end.code)", channels, linux) }
  }

  static func report(_ error: BootError, to channels: Channels, _ linux: some Linux) {
    tell(error, channels, linux)
    report(TaskEnd(code: error.code, reason: .failed), to: channels, linux)
  }

  static func tell(_ error: BootError, _ channels: Channels, _ linux: some Linux) {
    say("fatal: \(error.message)" + (error.hint.map { "\n  hint: \($0)" } ?? ""), channels, linux)
    tell(.error(stage: error.stage, message: error.message), channels, linux)
  }

  /// Nothing that goes wrong here may keep the machine from its end: what can't be told is lost.
  static func tell(_ event: GuestEvent, _ channels: Channels, _ linux: some Linux) {
    if channels.events >= 0 { _ = try? linux.writeAll(event.line, to: channels.events) }
  }

  private static func say(_ text: String, _ channels: Channels, _ linux: some Linux) {
    _ = try? linux.writeAll(Array("arrow-init: \(text)\n".utf8), to: channels.console)
    linux.drain(terminal: channels.console)
  }

  static func powerOff(_ linux: some Linux) -> Never {
    linux.sync()
    linux.powerOff()
  }
}
