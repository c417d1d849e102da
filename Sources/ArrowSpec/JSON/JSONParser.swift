/// Reads the grammar of RFC 8259, no more and no less, without recursion; each byte is looked at once.
struct JSONParser {
  /// The deepest nesting of arrays and objects.
  private static let maximumDepth = 32
  /// The most members one object may have. A duplicate key is found by comparing each key with each.
  private static let maximumMembers = 1024

  private let source: [UInt8]
  private var position = 0
  private var nodes: [JSONNode] = []
  /// Indices of the arrays and objects that are open, outermost first.
  private var open: [Int] = []

  init(_ source: [UInt8]) { self.source = source }

  mutating func parse() throws(SpecError) -> [JSONNode] {
    if source.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw SpecError("the file begins with a byte-order mark", at: 0, hint: "save it as UTF-8 without a BOM")
    }
    skipWhitespace()
    try value()
    // Each turn continues the innermost open array or object behind one of its values, or closes it.
    while let container = open.last {
      skipWhitespace()
      let isObject = nodes[container].kind == .object
      if take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
        close(container)
      } else if isEmpty(container) {
        try isObject ? member(of: container) : value()
      } else if take(UInt8(ascii: ",")) {
        skipWhitespace()
        try isObject ? member(of: container) : value()
      } else {
        throw unexpected(isObject ? "',' or '}'" : "',' or ']'")
      }
    }
    skipWhitespace()
    if position < source.count { throw unexpected("the end of the file") }
    return nodes
  }

  private func isEmpty(_ container: Int) -> Bool { nodes.count == container + 1 }

  private mutating func close(_ container: Int) {
    nodes[container].stop = position
    nodes[container].end = nodes.count
    open.removeLast()
  }

  private mutating func member(of object: Int) throws(SpecError) {
    guard position < source.count, source[position] == UInt8(ascii: "\"") else {
      throw unexpected("a key in double quotes")
    }
    let key = nodes.count
    try string()
    try refuseDuplicate(key, in: object)
    skipWhitespace()
    guard take(UInt8(ascii: ":")) else { throw unexpected("':' after the key") }
    skipWhitespace()
    try value()
  }

  private func refuseDuplicate(_ key: Int, in object: Int) throws(SpecError) {
    var other = object + 1
    var members = 0
    while other < key {
      if isSameString(other, key) {
        let name = String(decoding: unescapedJSON(inside(key)), as: UTF8.self)
        throw SpecError("duplicate key \(quoted(name))", at: nodes[key].start)
      }
      // Behind each earlier key stands its value, complete by now.
      other = nodes[other + 1].end
      members += 1
    }
    if members >= Self.maximumMembers {
      throw SpecError("an object with more than \(Self.maximumMembers) members", at: nodes[key].start)
    }
  }

  private func isSameString(_ a: Int, _ b: Int) -> Bool {
    let (a, b) = (inside(a), inside(b))
    if a.elementsEqual(b) { return true }
    // An escape can write the same in other bytes.
    return (a.contains(UInt8(ascii: "\\")) || b.contains(UInt8(ascii: "\\"))) && unescapedJSON(a) == unescapedJSON(b)
  }

  private func inside(_ string: Int) -> ArraySlice<UInt8> { source[nodes[string].start + 1..<nodes[string].stop - 1] }

  private mutating func value() throws(SpecError) {
    guard position < source.count else { throw unexpected("a value") }
    switch source[position] {
    case UInt8(ascii: "{"): try begin(.object)
    case UInt8(ascii: "["): try begin(.array)
    case UInt8(ascii: "\""): try string()
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    case UInt8(ascii: "t"): try word("true", .true)
    case UInt8(ascii: "f"): try word("false", .false)
    case UInt8(ascii: "n"): try word("null", .null)
    default: throw unexpected("a value")
    }
  }

  private mutating func begin(_ kind: JSONKind) throws(SpecError) {
    if open.count == Self.maximumDepth {
      throw SpecError("nested deeper than \(Self.maximumDepth) levels", at: position)
    }
    open.append(nodes.count)
    nodes.append(.init(kind: kind, start: position, stop: position, end: nodes.count + 1))
    position += 1
  }

  private mutating func word(_ word: StaticString, _ kind: JSONKind) throws(SpecError) {
    let start = position
    for offset in 0..<word.utf8CodeUnitCount where !take(word.utf8Start[offset]) { throw unexpected("a value") }
    add(kind, from: start)
  }

  private mutating func number() throws(SpecError) {
    let start = position
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    add(.number, from: start)
  }

  private mutating func digits() throws(SpecError) {
    let start = position
    while position < source.count, isASCIIDigit(source[position]) { position += 1 }
    if position == start { throw unexpected("a digit") }
  }

  private mutating func string() throws(SpecError) {
    let start = position
    position += 1
    while position < source.count {
      switch source[position] {
      case UInt8(ascii: "\""):
        position += 1
        add(.string, from: start)
        return
      case UInt8(ascii: "\\"): try escape()
      case 0..<0x20: throw SpecError("a control character in a string", at: position, hint: "write it as \\u00XX")
      case 0..<0x80: position += 1
      default: try multibyteScalar()
      }
    }
    throw SpecError("the string is not closed", at: start)
  }

  private mutating func escape() throws(SpecError) {
    let start = position
    position += 1
    guard position < source.count else { throw unexpected("an escape") }
    switch source[position] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      position += 1
    case UInt8(ascii: "u"):
      let unit = try fourHexDigits()
      if (0xDC00...0xDFFF).contains(unit) { throw SpecError("a lone surrogate in a string", at: start) }
      if (0xD800...0xDBFF).contains(unit) {
        guard take(UInt8(ascii: "\\")), position < source.count, source[position] == UInt8(ascii: "u"),
          (0xDC00...0xDFFF).contains(try fourHexDigits())
        else { throw SpecError("a lone surrogate in a string", at: start) }
      }
    default: throw SpecError("an unknown escape in a string", at: start)
    }
  }

  /// Behind the backslash: `u` and four hexadecimal digits.
  private mutating func fourHexDigits() throws(SpecError) -> UInt32 {
    position += 1
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard position < source.count, let digit = hexDigit(source[position]) else {
        throw unexpected("four hexadecimal digits")
      }
      unit = unit << 4 | UInt32(digit)
      position += 1
    }
    return unit
  }

  /// A scalar of two to four bytes, well-formed as Unicode's table 3-7 says.
  private mutating func multibyteScalar() throws(SpecError) {
    let first = source[position]
    let (count, second): (Int, ClosedRange<UInt8>) =
      switch first {
      case 0xC2...0xDF: (2, 0x80...0xBF)
      case 0xE0: (3, 0xA0...0xBF)
      case 0xED: (3, 0x80...0x9F)
      case 0xE1...0xEF: (3, 0x80...0xBF)
      case 0xF0: (4, 0x90...0xBF)
      case 0xF1...0xF3: (4, 0x80...0xBF)
      case 0xF4: (4, 0x80...0x8F)
      default: (0, 0...0)
      }
    guard count > 0, position + count <= source.count, second.contains(source[position + 1]),
      source[position + 2..<max(position + 2, position + count)].allSatisfy({ (0x80...0xBF).contains($0) })
    else { throw SpecError("a string that is not valid UTF-8", at: position) }
    position += count
  }

  private mutating func add(_ kind: JSONKind, from start: Int) {
    nodes.append(.init(kind: kind, start: start, stop: position, end: nodes.count + 1))
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < source.count, source[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipWhitespace() {
    while position < source.count {
      switch source[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): position += 1
      default: return
      }
    }
  }

  private func unexpected(_ wanted: String) -> SpecError {
    guard position < source.count else {
      return SpecError("the file ends where \(wanted) should be", at: position)
    }
    let byte = source[position]
    let found = (0x21...0x7E).contains(byte) ? "'\(String(decoding: [byte], as: UTF8.self))'" : "byte \(byte)"
    return SpecError("\(found) where \(wanted) should be", at: position)
  }
}
