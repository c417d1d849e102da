/// Takes the members of an object one by one. An unknown key is never ignored: it is refused before anything else of the
/// object is read, because a misspelled key is likelier than a forgotten one.
struct ObjectReader {
  private let object: JSONValue
  private let name: String
  private var members: [(key: JSONValue, value: JSONValue)] = []

  /// `keys` are all that the object may have, with a blank between them.
  init(_ value: JSONValue, _ name: String, keys: StaticString) throws(SpecError) {
    try self.init(freeKeysOf: value, name)
    let keys = UnsafeBufferPointer(start: keys.utf8Start, count: keys.utf8CodeUnitCount)
      .split(separator: UInt8(ascii: " "))
    for member in members where !keys.contains(where: { member.key.stringBytes.elementsEqual($0) }) {
      let written = String(decoding: member.key.stringBytes, as: UTF8.self)
      throw SpecError(
        "\(name) has an unknown key \(quoted(written))", at: member.key.offset,
        hint: nameHint(written, among: keys.map { String(decoding: $0, as: UTF8.self) }))
    }
  }

  /// For an object whose keys are names of the user's.
  init(freeKeysOf value: JSONValue, _ name: String) throws(SpecError) {
    guard value.kind == .object else {
      throw SpecError("\(name) must be an object, not \(value.kindName)", at: value.offset)
    }
    object = value
    self.name = name
    var children = value.children
    while let key = children.next(), let value = children.next() { members.append((key, value)) }
  }

  /// The value of `key`, if the object has it.
  func take(_ key: String) -> JSONValue? { members.first { $0.key.isString(key) }?.value }

  /// As ``take(_:)``, where JSON's null means that there is nothing: what Go's programs write for an empty list.
  func takeUnlessNull(_ key: String) -> JSONValue? {
    guard let value = take(key), value.kind != .null else { return nil }
    return value
  }

  func require(_ key: String) throws(SpecError) -> JSONValue {
    if let value = take(key) { return value }
    throw SpecError("\(name) has no \"\(key)\"", at: object.offset)
  }

  var all: [(key: JSONValue, value: JSONValue)] { members }
}
