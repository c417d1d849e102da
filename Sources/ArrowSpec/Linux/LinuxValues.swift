// Reads values that are the kernel's: a name in the text, a number for the system call.

extension JSONValue {
  func signal() throws(SpecError) -> Int32 {
    if kind == .number { return Int32(try integer(in: 1...64)) }
    let written = try string()
    guard let number = Signal.number(of: written) else {
      throw SpecError(
        "\(quoted(written)) is not a signal", at: offset, hint: nameHint(written, among: Signal.names.map { $0.0 }))
    }
    return number
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

  /// `EPERM` is 1.
  func errorNumber() throws(SpecError) -> UInt16 {
    let written = try string()
    if let number = ErrorName.number(of: written) { return number }
    throw SpecError("\(quoted(written)) is not an error", at: offset, hint: "as in EPERM or ENOSYS: see errno(3)")
  }
}
