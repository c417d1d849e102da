/// What happens to a system call (seccomp(2), "Seccomp filters").
public enum SeccompAction: Equatable, Sendable {
  case allow
  /// The call fails with this error; `nil`: the profile names none.
  case errno(UInt16?)
  case killProcess
  case killThread
  case log
  /// A tracer is told, and given this number; `nil`: the profile names none.
  case trace(UInt16?)
  case trap

  /// As profiles write them. SCMP_ACT_KILL is libseccomp's older word for SCMP_ACT_KILL_THREAD.
  private static let names: [(name: String, value: SeccompAction)] = [
    ("SCMP_ACT_ALLOW", .allow), ("SCMP_ACT_ERRNO", .errno(nil)), ("SCMP_ACT_KILL", .killThread),
    ("SCMP_ACT_KILL_PROCESS", .killProcess), ("SCMP_ACT_KILL_THREAD", .killThread), ("SCMP_ACT_LOG", .log),
    ("SCMP_ACT_TRACE", .trace(nil)), ("SCMP_ACT_TRAP", .trap),
  ]
}

extension SeccompAction {
  /// Reads the three members that say it: the action, and its error as a number or as a name.
  init(_ object: ObjectReader, action: String, number: String, name: String) throws(SpecError) {
    let value = try object.require(action)
    if value.isString("SCMP_ACT_NOTIFY") { throw Self.noListener(at: value) }
    let (written, named) = Self.names[try value.index(among: Self.names.map { $0.name }, "an action")]
    let errno = try Self.errno(object, number: number, name: name)
    switch named {
    case .errno: self = .errno(errno)
    case .trace: self = .trace(errno)
    default:
      // "When the action doesn't support an errno, the runtime MUST print an error and fail."
      if errno != nil { throw SpecError("\(written) returns no error", at: value.offset) }
      self = named
    }
  }

  private static func errno(_ object: ObjectReader, number: String, name: String) throws(SpecError) -> UInt16? {
    var errno: UInt16?
    if let value = object.takeUnlessNull(number) { errno = UInt16(try value.integer(in: 0...4095)) }
    if let value = object.takeUnlessNull(name), !value.isString("") {
      let named = try value.errorNumber()
      if let errno, errno != named { throw SpecError("another error than \"\(number)\"", at: value.offset) }
      errno = named
    }
    return errno
  }

  static func noListener(at value: JSONValue) -> SpecError {
    SpecError(
      "a program outside that decides on system calls: a VM has none", at: value.offset,
      hint: "use SCMP_ACT_ERRNO, or SCMP_ACT_LOG to allow and see them")
  }
}
