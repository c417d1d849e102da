import ArrowSpec

/// A JSON value to be written; ArrowSpec's ``JSONDocument`` reads it back.
public enum JSONText {
  case string(String)
  case integer(Int)
  case bool(Bool)
  case array([JSONText])
  /// Its members keep this order.
  case object([(String, JSONText)])

  public static func strings(_ values: [String]) -> JSONText { .array(values.map { .string($0) }) }

  public var text: String {
    switch self {
    case .string(let value): Self.written(value)
    case .integer(let value): String(value)
    case .bool(let value): value ? "true" : "false"
    case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { Self.written($0) + ":" + $1.text }.joined(separator: ",") + "}"
    }
  }

  /// For people: a member or an element a line.
  public func indented(by depth: Int = 0) -> String {
    let inner = String(repeating: "  ", count: depth + 1)
    let outer = String(repeating: "  ", count: depth)
    switch self {
    case .array(let values) where !values.isEmpty:
      return "[\n" + values.map { inner + $0.indented(by: depth + 1) }.joined(separator: ",\n") + "\n\(outer)]"
    case .object(let members) where !members.isEmpty:
      let lines = members.map { inner + Self.written($0) + ": " + $1.indented(by: depth + 1) }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
    default: return text
    }
  }

  private static func written(_ value: String) -> String {
    var bytes: [UInt8] = []
    appendJSONString(value, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
