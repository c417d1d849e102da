/// What the host tells the guest over `org.arrow.control`: one JSON object a line.
public enum ControlCommand: Equatable, Sendable {
  /// Stop gracefully: `stop.signal`, `stop.timeout`, SIGKILL.
  case stop
  /// Send the task this signal.
  case signal(Int32)
  /// The terminal has this size.
  case window(rows: UInt16, columns: UInt16)

  /// Tell on which TCP ports something listens: the event `listening`.
  case listeners

  /// The longest line that is read, in bytes.
  public static let maximumLength = 256

  public var line: [UInt8] {
    var object = JSONLine()
    switch self {
    case .stop: object.add("command", "stop")
    case .signal(let number):
      object.add("command", "signal")
      object.add("signal", Int(number))
    case .listeners: object.add("command", "listeners")
    case .window(let rows, let columns):
      object.add("command", "window")
      object.add("rows", Int(rows))
      object.add("columns", Int(columns))
    }
    return object.line
  }

  public init?(line: [UInt8]) {
    guard let document = try? JSONDocument(line), let command = document.root.member("command") else { return nil }
    if command.isString("stop") {
      self = .stop
    } else if command.isString("listeners") {
      self = .listeners
    } else if command.isString("signal"), let number = document.root.member("signal")?.integer,
      (1...64).contains(number)
    {
      self = .signal(Int32(number))
    } else if command.isString("window"), let rows = document.root.member("rows")?.integer,
      let columns = document.root.member("columns")?.integer, let rows = UInt16(exactly: rows),
      let columns = UInt16(exactly: columns)
    {
      self = .window(rows: rows, columns: columns)
    } else {
      return nil
    }
  }
}

/// Splits the bytes of a channel into lines. A line that is too long becomes an empty one, which is no command.
public struct ChannelLines {
  private var line: [UInt8] = []
  private var isTooLong = false

  public init() {}

  /// The line that `byte` ends, without its newline; empty for one over ``ControlCommand/maximumLength``.
  public mutating func add(_ byte: UInt8) -> [UInt8]? {
    if byte == UInt8(ascii: "\n") {
      defer {
        line = []
        isTooLong = false
      }
      return isTooLong ? [] : line
    }
    if line.count == ControlCommand.maximumLength { isTooLong = true } else { line.append(byte) }
    return nil
  }
}
