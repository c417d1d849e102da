import ArrowSpec

/// The way out: tell the host, write everything to the disks, power off.
enum PowerOff {
  /// So that the next one who mounts a volume finds it clean; where that fails, its journal has it all.
  static func unmount(_ mounts: [Spec.Mount], _ linux: some Linux) {
    for mount in mounts.reversed() {
      guard let target = try? linux.realPath(mount.destination, in: taskRoot) else { continue }
      try? linux.unmount(target)
    }
  }

  static func report(_ end: TaskEnd, to channels: Channels, _ linux: some Linux) {
    Console.drain(linux)
    let isTold = tell(.exited(code: end.code, signal: end.signal, reason: end.reason), channels, linux)
    // A host that does not hear it reads the end on the console.
    if !isTold { Console.say("the task ended with code \(end.code)", isTerminal: channels.hasTerminal, linux) }
  }

  static func report(_ error: BootError, to channels: Channels, _ linux: some Linux) {
    tell(error, channels, linux)
    report(TaskEnd(code: error.code, reason: .failed), to: channels, linux)
  }

  static func tell(_ error: BootError, _ channels: Channels, _ linux: some Linux) {
    let hint = error.hint.map { "\n  hint: \($0)" } ?? ""
    Console.say("fatal: \(error.message)\(hint)", isTerminal: channels.hasTerminal, linux)
    tell(.error(stage: error.stage, message: error.message), channels, linux)
  }

  /// How long the host may take to make room for an event, in ms.
  private static let patience: Int32 = 250

  /// Nothing that goes wrong here may keep the machine from its end: what can't be told is lost. False, then.
  @discardableResult
  static func tell(_ event: GuestEvent, _ channels: Channels, _ linux: some Linux) -> Bool {
    guard channels.events >= 0 else { return false }
    do {
      try linux.writeAll(event.line, to: channels.events)
      return true
    } catch {
      // Nobody at the other end yet, or somebody who does not read.
      guard error == .again, (try? linux.waitWritable(channels.events, timeout: patience)) == true else { return false }
      return (try? linux.writeAll(event.line, to: channels.events)) != nil
    }
  }

  static func powerOff(_ linux: some Linux) -> Never {
    linux.sync()
    linux.powerOff()
  }
}
