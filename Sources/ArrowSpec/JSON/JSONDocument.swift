/// A JSON text (RFC 8259) taken apart into a flat list of nodes, each with its place in the source.
///
/// Flat, so that no input can exhaust the stack, and made for reading once: a value's children follow it directly,
/// and `end` leads past all of them. Strings and numbers stay in the source until somebody asks for them.
public struct JSONDocument {
  public enum Kind: UInt8 {
    case object, array, string, number, `true`, `false`, null
  }

  struct Node {
    var kind: Kind
    /// First byte of the value, and the byte after its last.
    var start: Int
    var stop: Int
    /// Index of the first node after this one and all its children.
    var end: Int
  }

  public let source: [UInt8]
  var nodes: [Node]

  /// The largest text that is read, in bytes; a spec is a page, not a database.
  public static let maximumSize = 256 * 1024
  /// The deepest nesting of arrays and objects.
  public static let maximumDepth = 32
  /// The most members one object may have: duplicate keys are found by comparing each with each.
  public static let maximumMembers = 1024

  public init(_ source: [UInt8]) throws(SpecError) {
    var parser = JSONParser(source)
    nodes = try parser.parse()
    self.source = source
  }

  public var root: JSONValue { JSONValue(document: self, index: 0) }
}

/// One value of a document.
public struct JSONValue {
  let document: JSONDocument
  let index: Int

  var node: JSONDocument.Node { document.nodes[index] }

  public var kind: JSONDocument.Kind { node.kind }

  /// Where the value stands in the source: the byte offset of its first byte.
  public var offset: Int { node.start }

  /// The elements of an array; a key and a value by turns for an object; nothing for any other value.
  public var children: Children { Children(document: document, position: index + 1, end: node.end) }

  /// Whether this is an array or an object with something in it.
  var hasChildren: Bool { node.end > index + 1 }

  public struct Children: Sequence, IteratorProtocol {
    let document: JSONDocument
    var position: Int
    let end: Int

    public mutating func next() -> JSONValue? {
      guard position < end else { return nil }
      defer { position = document.nodes[position].end }
      return JSONValue(document: document, index: position)
    }
  }

  /// The value of the member `key`, if this is an object that has it.
  public func member(_ key: String) -> JSONValue? {
    guard kind == .object else { return nil }
    var members = children
    while let name = members.next(), let value = members.next() {
      if name.isString(key) { return value }
    }
    return nil
  }

  /// What the value is, in words for a message.
  public var kindName: String {
    switch kind {
    case .object: "an object"
    case .array: "a list"
    case .string: "a string"
    case .number: "a number"
    case .true, .false: "a boolean"
    case .null: "null"
    }
  }

  /// The bytes of a string, its escapes resolved; empty for any other value.
  public var stringBytes: [UInt8] {
    guard kind == .string else { return [] }
    return JSONParser.unescaped(document.source[node.start + 1..<node.stop - 1])
  }

  func isString(_ text: String) -> Bool {
    guard kind == .string else { return false }
    let raw = document.source[node.start + 1..<node.stop - 1]
    if raw.contains(0x5C) { return stringBytes.elementsEqual(text.utf8) }
    return raw.elementsEqual(text.utf8)
  }

  /// The value of a number that is a whole one and fits; `1e3` and `1.0` are whole numbers too in JSON, but nobody
  /// means them in a spec: only digits with a sign are taken.
  public var integer: Int64? {
    guard kind == .number else { return nil }
    var digits = document.source[node.start..<node.stop]
    let negative = digits.first == 0x2D
    if negative { digits = digits.dropFirst() }
    var result: Int64 = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      let (shifted, overflow) = result.multipliedReportingOverflow(by: 10)
      let (sum, carry) = shifted.subtractingReportingOverflow(Int64(digit - 0x30))
      if overflow || carry { return nil }
      result = sum
    }
    if negative { return result }
    return result == .min ? nil : -result
  }

  /// As ``integer``, for values that need all 64 bits without a sign (rlimits).
  public var unsignedInteger: UInt64? {
    guard kind == .number else { return nil }
    var result: UInt64 = 0
    for digit in document.source[node.start..<node.stop] {
      guard (0x30...0x39).contains(digit) else { return nil }
      let (shifted, overflow) = result.multipliedReportingOverflow(by: 10)
      let (sum, carry) = shifted.addingReportingOverflow(UInt64(digit - 0x30))
      if overflow || carry { return nil }
      result = sum
    }
    return result
  }
}
