import ArrowSpec

/// What PID 1 tells the host: events on their channel, errors also on the console.
///
/// Nothing that goes wrong here may keep the machine from powering off: what cannot be told is lost.
struct HostReports {
  /// `nil` where the host does not listen.
  private let events: Int32?
  /// Whether the console is the task's terminal.
  private let hasTerminal: Bool

  /// How long the host may take to make room for an event, in ms.
  private static let patience: Int32 = 250

  init(to channels: Channels) {
    events = channels.events
    hasTerminal = channels.hasTerminal
  }

  /// False where the host did not get it.
  @discardableResult
  func tell(_ event: GuestEvent, _ linux: some Linux) -> Bool {
    guard let events else { return false }
    do {
      try linux.writeAll(event.line, to: events)
      return true
    } catch {
      // Nobody has opened the other end yet, or nobody reads there.
      guard error == .again, (try? linux.waitWritable(events, timeout: Self.patience)) == true else { return false }
      return (try? linux.writeAll(event.line, to: events)) != nil
    }
  }

  func tell(_ error: BootError, _ linux: some Linux) {
    Console.say("fatal: \(withHint(error.message, error.hint))", isTerminal: hasTerminal, linux)
    tell(.error(stage: error.stage, message: withHint(error.message, error.hint)), linux)
  }

  /// The last event. All that the task wrote is out before it.
  func tell(_ end: TaskEnd, _ linux: some Linux) {
    Console.drain(linux)
    if let output = end.output { tell(output, linux) }
    let isTold = tell(.exited(code: end.code, signal: end.signal, reason: end.reason), linux)
    // A host without the events channel reads the end on the console.
    if !isTold { Console.say("the task ended with code \(end.code)", isTerminal: hasTerminal, linux) }
  }
}
