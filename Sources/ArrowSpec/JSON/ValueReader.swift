// Reads single values: each function takes one type, refuses every other with its place, and checks the range.

extension JSONValue {
  /// The most elements one list of a spec or a profile (args, env, mounts, …) may have.
  static let maximumListLength = 1024

  private func wanted(_ what: String) -> SpecError { SpecError("\(what) is needed here, not \(kindName)", at: offset) }

  func boolean() throws(SpecError) -> Bool {
    switch kind {
    case .true: return true
    case .false: return false
    default: throw wanted("true or false")
    }
  }

  func string(allowsEmpty: Bool = true) throws(SpecError) -> String {
    guard kind == .string else { throw wanted("a string") }
    let bytes = stringBytes
    // Every string of a spec ends up in a system call, where NUL would cut it.
    if bytes.contains(0) { throw SpecError("a string with a NUL character", at: offset) }
    if bytes.isEmpty && !allowsEmpty { throw SpecError("an empty string", at: offset) }
    return String(decoding: bytes, as: UTF8.self)
  }

  func integer(in range: ClosedRange<Int64>, hint: String? = nil) throws(SpecError) -> Int64 {
    if let value = integer, range.contains(value) { return value }
    let what = kind == .number ? "" : ", not \(kindName)"
    throw SpecError(
      "a whole number from \(range.lowerBound) to \(range.upperBound) is needed here\(what)", at: offset, hint: hint)
  }

  func elements(atMost limit: Int) throws(SpecError) -> [JSONValue] {
    guard kind == .array else { throw wanted("a list") }
    var result: [JSONValue] = []
    for element in children {
      if result.count == limit { throw SpecError("a list with more than \(limit) elements", at: element.offset) }
      result.append(element)
    }
    return result
  }

  func list<Element>(of element: (JSONValue) throws(SpecError) -> Element) throws(SpecError) -> [Element] {
    var result: [Element] = []
    for value in try elements(atMost: Self.maximumListLength) { result.append(try element(value)) }
    return result
  }

  func oneOf<Value>(_ choices: (name: String, value: Value)...) throws(SpecError) -> Value {
    guard kind == .string else { throw wanted("a string") }
    for choice in choices where isString(choice.name) { return choice.value }
    let written = try string()
    throw SpecError(
      "\(quoted(written)) is not known here", at: offset, hint: nameHint(written, among: choices.map { $0.name }))
  }

  /// Which of the names this is; `what` says what else it should have been.
  func index(among names: [String], _ what: String) throws(SpecError) -> Int {
    let written = try string()
    if let index = names.firstIndex(where: { $0.hasSameBytes(as: written) }) { return index }
    throw SpecError("\(quoted(written)) is not \(what)", at: offset, hint: nameHint(written, among: names))
  }
}
