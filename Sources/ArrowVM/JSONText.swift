/// A JSON value to be written; ArrowSpec's ``JSONDocument`` reads it back.
enum JSONText {
  case string(String)
  case integer(Int)
  case `true`, `false`
  case array([JSONText])
  /// In this order.
  case object([(String, JSONText)])

  static func strings(_ values: [String]) -> JSONText { .array(values.map { .string($0) }) }

  var text: String {
    switch self {
    case .string(let value): Self.quoted(value)
    case .integer(let value): String(value)
    case .true: "true"
    case .false: "false"
    case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { Self.quoted($0) + ":" + $1.text }.joined(separator: ",") + "}"
    }
  }

  private static func quoted(_ value: String) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"", "\\": text += "\\" + String(scalar)
      case "\u{0}"..<"\u{20}", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
