/// Takes the members of an object one by one, and refuses what is left: an unknown key is never ignored.
struct ObjectReader {
  private let object: JSONValue
  private let name: String
  private var members: [(key: JSONValue, value: JSONValue, isTaken: Bool)] = []
  private var known: [String] = []

  init(_ value: JSONValue, _ name: String) throws(SpecError) {
    guard value.kind == .object else {
      throw SpecError("\(name) must be an object, not \(value.kindName)", at: value.offset)
    }
    object = value
    self.name = name
    var children = value.children
    while let key = children.next(), let value = children.next() { members.append((key, value, false)) }
  }

  /// The value of `key`, if the object has it.
  mutating func take(_ key: String) -> JSONValue? {
    known.append(key)
    for index in members.indices where !members[index].isTaken && members[index].key.isString(key) {
      members[index].isTaken = true
      return members[index].value
    }
    return nil
  }

  /// As ``take(_:)``, where JSON's null means that there is nothing: what Go's programs write for an empty list.
  mutating func takeUnlessNull(_ key: String) -> JSONValue? {
    guard let value = take(key), value.kind != .null else { return nil }
    return value
  }

  mutating func require(_ key: String) throws(SpecError) -> JSONValue {
    if let value = take(key) { return value }
    // A misspelled key is likelier than a forgotten one.
    for member in members where !member.isTaken {
      let written = String(decoding: member.key.stringBytes, as: UTF8.self)
      if nearMiss(written, among: [key]) != nil { throw unknown(member.key, candidates: [key]) }
    }
    throw SpecError("\(name) has no \"\(key)\"", at: object.offset)
  }

  /// All that is left, for objects whose keys are free.
  mutating func takeAll() -> [(JSONValue, JSONValue)] {
    let rest = members.filter { !$0.isTaken }.map { ($0.key, $0.value) }
    members = []
    return rest
  }

  func finish() throws(SpecError) {
    for member in members where !member.isTaken { throw unknown(member.key, candidates: known) }
  }

  private func unknown(_ key: JSONValue, candidates: [String]) -> SpecError {
    let written = String(decoding: key.stringBytes, as: UTF8.self)
    return SpecError(
      "\(name) has an unknown key \(quoted(written))", at: key.offset, hint: nameHint(written, among: candidates))
  }
}
