extension JSONDocument {
  public var root: JSONValue { JSONValue(document: self, index: 0) }
}

/// One value of a document.
public struct JSONValue {
  let document: JSONDocument
  let index: Int

  var node: JSONNode { document.nodes[index] }

  public var kind: JSONKind { node.kind }

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
    return unescapedJSON(document.source[node.start + 1..<node.stop - 1])
  }

  func isString(_ text: String) -> Bool {
    guard kind == .string else { return false }
    let raw = document.source[node.start + 1..<node.stop - 1]
    if raw.contains(UInt8(ascii: "\\")) { return stringBytes.elementsEqual(text.utf8) }
    return raw.elementsEqual(text.utf8)
  }

  /// The value of a number that is whole and fits. Only digits with a sign are taken: `1e3` and `1.0` are whole numbers
  /// in JSON too, but a mistake in a spec.
  public var integer: Int64? {
    guard kind == .number else { return nil }
    var digits = document.source[node.start..<node.stop]
    let negative = digits.first == UInt8(ascii: "-")
    if negative { digits = digits.dropFirst() }
    var result: Int64 = 0
    for digit in digits {
      guard isASCIIDigit(digit) else { return nil }
      let (shifted, overflow) = result.multipliedReportingOverflow(by: 10)
      let (sum, carry) = shifted.subtractingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
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
      guard isASCIIDigit(digit) else { return nil }
      let (shifted, overflow) = result.multipliedReportingOverflow(by: 10)
      let (sum, carry) = shifted.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
      if overflow || carry { return nil }
      result = sum
    }
    return result
  }
}
