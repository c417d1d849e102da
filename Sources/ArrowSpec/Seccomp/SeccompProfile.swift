/// A seccomp profile before it is compiled: as the OCI runtime-spec writes it (`linux.seccomp`), and as the files of
/// Docker and Podman do (`archMap`, `includes`, `excludes`, `name`, `errno`).
///
/// Only the host reads it: names of system calls mean something to libseccomp, the guest loads the finished filter.
public struct SeccompProfile {
  public var defaultAction: Action
  public var architectures: [String] = []
  public var rules: [SeccompRule] = []

  /// What happens to a system call: `SCMP_ACT_ERRNO`, and which error where the profile says it.
  public struct Action {
    public var name: String
    public var errno: UInt16?
  }

  public static let actions = [
    "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD",
    "SCMP_ACT_LOG", "SCMP_ACT_TRACE", "SCMP_ACT_TRAP",
  ]
  public static let operators = [
    "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ",
  ]
  public static let architectureNames = [
    "SCMP_ARCH_NATIVE", "SCMP_ARCH_X86", "SCMP_ARCH_X86_64", "SCMP_ARCH_X32", "SCMP_ARCH_ARM", "SCMP_ARCH_AARCH64",
    "SCMP_ARCH_LOONGARCH64", "SCMP_ARCH_M68K", "SCMP_ARCH_MIPS", "SCMP_ARCH_MIPSEL", "SCMP_ARCH_MIPS64",
    "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPS64N32", "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PARISC", "SCMP_ARCH_PARISC64",
    "SCMP_ARCH_PPC", "SCMP_ARCH_PPC64", "SCMP_ARCH_PPC64LE", "SCMP_ARCH_RISCV64", "SCMP_ARCH_S390", "SCMP_ARCH_S390X",
    "SCMP_ARCH_SH", "SCMP_ARCH_SHEB",
  ]
  /// TSYNC is for programs with threads, which the child before exec has not; LOG is what arrow-init loads every filter
  /// with; SPEC_ALLOW asks for what Linux 5.16 and later do anyway.
  private static let flags = [
    "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
  ]

  /// Reads the profile at `value`: the object behind `linux.seccomp`, or the whole of a binary's `seccomp.json`.
  public init(_ value: JSONValue) throws(SpecError) {
    var object = try ObjectReader(value, "seccomp")
    defaultAction = try Action(&object, action: "defaultAction", number: "defaultErrnoRet", name: "defaultErrno")
    architectures = try Self.architectures(&object)
    for value in try object.takeUnlessNull("flags")?.elements(atMost: 8) ?? [] {
      _ = try value.name(among: Self.flags, "a flag of seccomp here")
    }
    for value in try object.takeUnlessNull("syscalls")?.elements(atMost: Spec.maximumListLength) ?? [] {
      rules.append(try SeccompRule(value))
    }
    if let value = object.takeUnlessNull("listenerPath") { throw Action.noListener(at: value) }
    try object.finish()
  }

  /// The profile in a whole spec, if it has one.
  public init?(in document: JSONDocument) throws(SpecError) {
    guard let value = document.root.member("linux")?.member("seccomp") else { return nil }
    try self.init(value)
  }

  /// OCI's list, or Docker's map from an architecture to the ones that its kernel can run besides.
  private static func architectures(_ object: inout ObjectReader) throws(SpecError) -> [String] {
    let list = object.takeUnlessNull("architectures")
    guard let map = object.takeUnlessNull("archMap") else { return try names(list) }
    if let list, list.hasChildren {
      throw SpecError("both \"architectures\" and \"archMap\"", at: list.offset, hint: "keep one of them")
    }
    var result: [String] = []
    for value in try map.elements(atMost: 64) {
      var entry = try ObjectReader(value, "archMap[]")
      let architecture = try entry.require("architecture").name(among: architectureNames, "an architecture")
      let others = try names(entry.takeUnlessNull("subArchitectures"))
      if architecture.hasSameBytes(as: "SCMP_ARCH_X86_64") { result = [architecture] + others }
      try entry.finish()
    }
    return result
  }

  private static func names(_ list: JSONValue?) throws(SpecError) -> [String] {
    var result: [String] = []
    for value in try list?.elements(atMost: 64) ?? [] {
      result.append(try value.name(among: architectureNames, "an architecture"))
    }
    return result
  }
}

extension SeccompProfile.Action {
  /// The three members that say it: the action, and its error as a number or as a name.
  init(_ object: inout ObjectReader, action: String, number: String, name: String) throws(SpecError) {
    let value = try object.require(action)
    if value.isString("SCMP_ACT_NOTIFY") { throw Self.noListener(at: value) }
    self.name = try value.name(among: SeccompProfile.actions, "an action")
    if let value = object.takeUnlessNull(number) { errno = UInt16(try value.integer(in: 0...4095)) }
    if let value = object.takeUnlessNull(name), !value.isString("") {
      let named = try value.errorNumber()
      if let errno, errno != named { throw SpecError("another error than \"\(number)\"", at: value.offset) }
      errno = named
    }
    // "When the action doesn't support an errno, the runtime MUST print an error and fail."
    let takesError = self.name.hasSameBytes(as: "SCMP_ACT_ERRNO") || self.name.hasSameBytes(as: "SCMP_ACT_TRACE")
    if errno != nil, !takesError { throw SpecError("\(self.name) returns no error", at: value.offset) }
  }

  static func noListener(at value: JSONValue) -> SpecError {
    SpecError(
      "a program outside that decides on system calls: a VM has none", at: value.offset,
      hint: "use SCMP_ACT_ERRNO, or SCMP_ACT_LOG to allow and see them")
  }
}

extension JSONValue {
  /// One of the names; `what` says what else it should have been.
  func name(among names: [String], _ what: String) throws(SpecError) -> String {
    let written = try string()
    if let name = names.first(where: { $0.hasSameBytes(as: written) }) { return name }
    throw SpecError("\(quoted(written)) is not \(what)", at: offset, hint: nameHint(written, among: names))
  }

  /// `EPERM` is 1.
  fileprivate func errorNumber() throws(SpecError) -> UInt16 {
    let written = try string()
    if let number = ErrorName.number(of: written) { return number }
    throw SpecError("\(quoted(written)) is not an error", at: offset, hint: "as in EPERM or ENOSYS: see errno(3)")
  }
}
