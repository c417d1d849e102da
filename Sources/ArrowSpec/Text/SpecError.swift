/// What is wrong with an input, where, and what to do about it.
public struct SpecError: Error {
  /// What is wrong: one line, no trailing full stop.
  public var message: String
  /// What to do about it; one line.
  public var hint: String?
  /// Where: a byte offset into the input; `nil` when the input as a whole is meant.
  public var offset: Int?

  public init(_ message: String, at offset: Int? = nil, hint: String? = nil) {
    self.message = message
    self.hint = hint
    self.offset = offset
  }

  /// The error as compilers print it: `FILE:LINE:COL: error: MESSAGE`, and the hint on a second line.
  public func rendered(file: String, source: [UInt8]) -> String {
    var text = file
    if let offset {
      let position = TextPosition(of: offset, in: source)
      text += ":\(position.line):\(position.column)"
    }
    return withHint(text + ": error: " + message, hint)
  }
}

/// A place in a text as people count it: from 1, columns in characters (Unicode scalars), not bytes.
public struct TextPosition: Equatable {
  public var line = 1
  public var column = 1

  public init(of offset: Int, in source: [UInt8]) {
    for byte in source.prefix(offset) {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
  }
}
