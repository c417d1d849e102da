import ArrowHost
import ArrowSpec
import Glibc

extension Instance: CustomStringConvertible {
  /// Everything about the instance, as indented JSON.
  public var description: String {
    let events = events
    var members: [(String, JSONText)] = [
      ("name", .string(name)), ("arrow", .string(record.arrow)), ("state", .string(stateText)),
      ("binary", .string(record.binary)),
      ("created", .string(Self.time(nanoseconds: record.created))),
    ]
    if let problem { members.append(("problem", .string(problem))) }
    if let pid = processIdentifier { members.append(("pid", .integer(Int(pid)))) }
    if let uptime { members.append(("uptimeSeconds", .integer(uptime))) }
    if let exit = events.exit { members.append(("exit", Self.json(exit))) }
    members += [
      ("ports", .strings(record.ports.map(\.text))), ("memoryMiB", .integer(record.memoryMiB)),
      ("accelerator", .string(record.accelerator)), ("stopTimeout", .integer(record.stopTimeout)),
      ("hostLoopback", .bool(record.reachesHostLoopback)),
      ("errors", .strings(events.errors.map { "\($0.stage): \($0.message)" } + (shortage.map { [$0] } ?? []))),
      ("refusedSystemCalls", .strings(events.refusedSystemCalls)),
      ("unnamedRefusals", .integer(events.unnamedRefusals)),
      ("deniedDestinations", .strings(events.deniedDestinations)), ("image", .string(record.image)),
      ("folder", .string(folder)), ("command", .strings(record.command)),
    ]
    return JSONText.object(members).indented()
  }

  private static func json(_ exit: EventLog.Exit) -> JSONText {
    var members: [(String, JSONText)] = [("code", .integer(Int(exit.code)))]
    if let signal = exit.signal { members.append(("signal", .integer(Int(signal)))) }
    return .object(members + [("reason", .string(exit.reason.rawValue))])
  }

  /// RFC 3339, in UTC.
  static func time(nanoseconds: Int) -> String {
    var seconds = time_t(nanoseconds / 1_000_000_000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var buffer = [CChar](repeating: 0, count: 32)
    let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
