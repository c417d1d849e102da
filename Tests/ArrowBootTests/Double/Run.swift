import ArrowSpec

/// What a boot did, from its first call to its end.
struct Run {
  enum Ending: Equatable {
    case poweredOff
    case exited(Int32)
    /// A child has executed its program.
    case executed(String, [String], environment: [String])
    /// The body has returned.
    case returned
    /// It waits for something that will never happen.
    case hung(in: String)
  }

  var ending = Ending.returned
  /// Every call in order, with its error at the end.
  var calls: [String] = []
  /// The runs of the processes that were forked, from the fork on.
  var children: [Run] = []
  /// Everything that was written, by file or device.
  var written: [String: [UInt8]] = [:]
  /// The time at the end, in ms.
  var time: UInt64 = 0
  /// Descriptors that are still open.
  var open: [String] = []

  var console: String { text(of: "/dev/hvc0") }
  /// The events that the host got, except the count of the task's output.
  var events: [String] { allEvents.filter { !$0.hasPrefix(#"{"event":"output""#) } }
  var allEvents: [String] { text(of: "/dev/vport0p3").split(separator: "\n").map(String.init) }

  func text(of device: String) -> String { String(decoding: written[device] ?? [], as: UTF8.self) }

  /// What people read on the console, without the program's name.
  var said: String { console.replacing("arrow-init: ", with: "") }

  /// What the last event says about the end.
  var exit: (code: Int32, signal: Int32?, reason: GuestEvent.Reason)? {
    guard let line = events.last, case .exited(let code, let signal, let reason) = GuestEvent(line: Array(line.utf8))
    else { return nil }
    return (code, signal, reason)
  }

  /// The calls that begin with one of these words.
  func calls(_ words: String...) -> [String] {
    calls.filter { call in words.contains { call.hasPrefix($0) } }
  }
}
