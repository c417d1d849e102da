// Single values of the spec: each takes one type, refuses every other with its place, and checks the range.

extension JSONValue {
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
    for value in try elements(atMost: Spec.maximumListLength) { result.append(try element(value)) }
    return result
  }

  func oneOf<Value>(_ choices: (name: String, value: Value)...) throws(SpecError) -> Value {
    guard kind == .string else { throw wanted("a string") }
    for choice in choices where isString(choice.name) { return choice.value }
    let written = try string()
    throw SpecError(
      "\(quoted(written)) is not known here", at: offset, hint: nameHint(written, among: choices.map { $0.name }))
  }

  func portNumber() throws(SpecError) -> UInt16 { UInt16(try integer(in: 1...65535)) }

  func transportProtocol() throws(SpecError) -> Spec.Port.TransportProtocol {
    try oneOf(("tcp", .tcp), ("udp", .udp))
  }

  /// A path from the root, without `..`, so that no mount can leave the task's tree.
  func absolutePath() throws(SpecError) -> String {
    let path = try string(allowsEmpty: false)
    guard path.utf8.first == 0x2F else {
      throw SpecError("\(quoted(path)) is not an absolute path", at: offset, hint: "begin it with /")
    }
    if path.utf8.count > 4095 { throw SpecError("a path over 4095 bytes", at: offset) }
    for component in path.utf8.split(separator: 0x2F) where component.elementsEqual("..".utf8) {
      throw SpecError("\(quoted(path)) has a '..' in it", at: offset)
    }
    return path
  }

  /// A path that more than the root itself can be meant by.
  func pathBelowRoot() throws(SpecError) -> String {
    let path = try absolutePath()
    if pathComponents(path).isEmpty { throw SpecError("the whole root is not meant here", at: offset) }
    return path
  }

  /// A string that execve(2) takes: MAX_ARG_STRLEN less its NUL, at most.
  func argument() throws(SpecError) -> String {
    let text = try string()
    if text.utf8.count > 131_071 { throw SpecError("a string over 131071 bytes is more than execve takes", at: offset) }
    return text
  }

  /// `process.cmd`: a name in the Arrow Binary's `bin/`, or an absolute path.
  func command() throws(SpecError) -> String {
    let command = try string(allowsEmpty: false)
    if command.utf8.first == 0x2F { return try absolutePath() }
    if command.utf8.contains(0x2F) || command.utf8.elementsEqual("..".utf8) || command.utf8.elementsEqual(".".utf8) {
      throw SpecError(
        "\(quoted(command)) is no command", at: offset,
        hint: "a name in the binary's bin/, or an absolute path as in /meta/ARROW/run")
    }
    return command
  }

  /// The name of an arrow or a binary: one component of a path.
  func fileName() throws(SpecError) -> String {
    let name = try string(allowsEmpty: false)
    if let problem = problemWithName(name) { throw SpecError("\(quoted(name)) \(problem)", at: offset) }
    return name
  }

  /// RFC 1123: labels of letters, digits and '-', with dots between them; 64 bytes at most (sethostname(2)).
  func hostname() throws(SpecError) -> String {
    let name = try string(allowsEmpty: false)
    let labels = name.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
    let areRight = labels.allSatisfy { label in
      (1...63).contains(label.count) && label.first != 0x2D && label.last != 0x2D
        && label.allSatisfy { isASCIILetterOrDigit($0) || $0 == 0x2D }
    }
    guard areRight, name.utf8.count <= 64 else {
      throw SpecError(
        "\(quoted(name)) is not a host name", at: offset, hint: "letters, digits, '-' and '.', at most 64 of them")
    }
    return name
  }

  /// `v3.13` or `3.13`; the `v` is dropped.
  func versionPrefix() throws(SpecError) -> String {
    if kind == .number { throw SpecError("a version is a string, not a number", at: offset, hint: "put it in quotes") }
    let version = try fileName()
    let prefix = version.utf8.first == 0x76 ? version.utf8.dropFirst() : version.utf8[...]
    if prefix.split(separator: 0x2E, omittingEmptySubsequences: false).contains(where: { $0.isEmpty }) {
      throw SpecError("\(quoted(version)) is not a version", at: offset, hint: "as in v3.13, 3 or 3.13.5")
    }
    return String(decoding: prefix, as: UTF8.self)
  }

  func signal() throws(SpecError) -> Int32 {
    if kind == .number { return Int32(try integer(in: 1...64)) }
    let written = try string()
    guard let number = Signal.number(of: written) else {
      throw SpecError(
        "\(quoted(written)) is not a signal", at: offset, hint: nameHint(written, among: Signal.names.map { $0.0 }))
    }
    return number
  }

  func restartPolicy() throws(SpecError) -> Spec.Restart {
    let written = try string()
    let prefix = "on-failure:"
    if written.utf8.starts(with: prefix.utf8) {
      guard let limit = decimal(written.utf8.dropFirst(prefix.utf8.count)), (1...1_000_000).contains(limit) else {
        throw SpecError(
          "\(quoted(written)) has no limit from 1 to 1000000 behind the colon", at: offset,
          hint: "\"on-failure\" alone sets no limit")
      }
      return .onFailure(limit: UInt32(limit))
    }
    return try oneOf(("no", .no), ("on-failure", .onFailure(limit: nil)), ("always", .always))
  }

  func sysctlName() throws(SpecError) -> String {
    let name = try string(allowsEmpty: false)
    let parts = name.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
    let areRight = parts.allSatisfy { part in
      !part.isEmpty && part.allSatisfy { isASCIILetterOrDigit($0) || $0 == 0x5F || $0 == 0x2D }
    }
    guard areRight, parts.count > 1 else {
      throw SpecError("\(quoted(name)) is not a sysctl", at: offset, hint: "as in net.core.somaxconn")
    }
    return name
  }

  /// What is written into the sysctl's file: one line, since a file under /proc/sys takes one write.
  func sysctlValue() throws(SpecError) -> String {
    let value = try string(allowsEmpty: false)
    if value.utf8.count > 1024 || value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 }) {
      throw SpecError("\(quoted(value)) is not a sysctl's value", at: offset, hint: "one line of at most 1024 bytes")
    }
    return value
  }

  func capabilities() throws(SpecError) -> UInt64 {
    var mask: UInt64 = 0
    for value in try elements(atMost: 64) {
      let name = try value.string()
      guard let number = Capability.names.firstIndex(where: { $0.hasSameBytes(as: name) }) else {
        throw SpecError(
          "\(quoted(name)) is not a capability", at: value.offset, hint: nameHint(name, among: Capability.names))
      }
      mask |= 1 << UInt64(number)
    }
    return mask
  }

  func resourceLimitName() throws(SpecError) -> Int32 {
    let name = try string()
    guard let number = ResourceLimitName.names.firstIndex(where: { $0.hasSameBytes(as: name) }) else {
      throw SpecError(
        "\(quoted(name)) is not a resource limit", at: offset, hint: nameHint(name, among: ResourceLimitName.names))
    }
    return Int32(number)
  }

  /// A limit of `setrlimit(2)`; all bits set means no limit.
  func limit() throws(SpecError) -> UInt64 {
    if let value = unsignedInteger { return value }
    let what = kind == .number ? "" : ", not \(kindName)"
    throw SpecError("a whole number from 0 to \(UInt64.max) is needed here\(what)", at: offset)
  }
}
