// Reads the values that only a spec has: names, paths, versions, policies.

extension JSONValue {
  func portNumber() throws(SpecError) -> UInt16 { UInt16(try integer(in: 1...65535)) }

  func transportProtocol() throws(SpecError) -> Spec.Port.TransportProtocol {
    try oneOf(("tcp", .tcp), ("udp", .udp))
  }

  /// A path from the root, without `..`, so that no mount can leave the task's tree.
  func absolutePath() throws(SpecError) -> String {
    let path = try string(allowsEmpty: false)
    guard path.utf8.first == UInt8(ascii: "/") else {
      throw SpecError("\(quoted(path)) is not an absolute path", at: offset, hint: "begin it with /")
    }
    if path.utf8.count > 4095 { throw SpecError("a path over 4095 bytes", at: offset) }
    for component in path.utf8.split(separator: UInt8(ascii: "/")) where component.elementsEqual("..".utf8) {
      throw SpecError("\(quoted(path)) has a '..' in it", at: offset)
    }
    return path
  }

  /// A path to something in the root, not the root itself.
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
    if command.utf8.first == UInt8(ascii: "/") { return try absolutePath() }
    if command.utf8.contains(UInt8(ascii: "/")) || command.utf8.elementsEqual("..".utf8)
      || command.utf8.elementsEqual(".".utf8)
    {
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

  func address() throws(SpecError) -> IPAddress {
    let text = try string(allowsEmpty: false)
    guard let address = IPAddress(text.utf8) else {
      throw SpecError("\(quoted(text)) is not an IP address", at: offset, hint: "as in 192.0.2.7 or 2001:db8::7")
    }
    return address
  }

  /// RFC 1123: labels of letters, digits and '-', with dots between them. sethostname(2) takes 64 bytes, DNS 253.
  public func hostname(atMost length: Int = 64) throws(SpecError) -> String {
    let name = try string(allowsEmpty: false)
    let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let areRight = labels.allSatisfy { label in
      (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
        && label.allSatisfy { isASCIILetterOrDigit($0) || $0 == UInt8(ascii: "-") }
    }
    guard areRight, name.utf8.count <= length else {
      throw SpecError(
        "\(quoted(name)) is not a host name", at: offset,
        hint: "letters, digits, '-' and '.', at most \(length) of them")
    }
    return name
  }

  /// `v3.13` or `3.13`; the `v` is dropped.
  func versionPrefix() throws(SpecError) -> String {
    if kind == .number { throw SpecError("a version is a string, not a number", at: offset, hint: "put it in quotes") }
    let version = try fileName()
    let prefix = version.utf8.first == UInt8(ascii: "v") ? version.utf8.dropFirst() : version.utf8[...]
    if prefix.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).contains(where: { $0.isEmpty }) {
      throw SpecError("\(quoted(version)) is not a version", at: offset, hint: "as in v3.13, 3 or 3.13.5")
    }
    return String(decoding: prefix, as: UTF8.self)
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
    let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let areRight = parts.allSatisfy { part in
      !part.isEmpty
        && part.allSatisfy { isASCIILetterOrDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }
    guard areRight, parts.count > 1 else {
      throw SpecError("\(quoted(name)) is not a sysctl", at: offset, hint: "as in net.core.somaxconn")
    }
    return name
  }

  /// What is written into the sysctl's file: one line, since a file under /proc/sys takes one write.
  func sysctlValue() throws(SpecError) -> String {
    let value = try string(allowsEmpty: false)
    if value.utf8.count > 1024 || value.utf8.contains(where: { $0 < 0x20 && $0 != UInt8(ascii: "\t") }) {
      throw SpecError("\(quoted(value)) is not a sysctl's value", at: offset, hint: "one line of at most 1024 bytes")
    }
    return value
  }
}
