/// A seccomp profile as the OCI runtime-spec writes it (`linux.seccomp`), before it is compiled.
///
/// Only the host reads it: names of system calls mean something to libseccomp, the guest loads the finished filter.
public struct SeccompProfile {
  public struct Rule {
    public var names: [String]
    public var action: String
    public var errnoRet: UInt16?
    public var args: [Argument]
    /// Where the rule stands, and where each name does: for messages.
    public var offset: Int
    public var nameOffsets: [Int]
  }

  public struct Argument {
    /// 0 to 5.
    public var index: UInt32
    public var value: UInt64
    public var valueTwo: UInt64
    /// `SCMP_CMP_EQ` and so on.
    public var op: String
  }

  public var defaultAction: String
  public var defaultErrnoRet: UInt16?
  public var architectures: [String] = []
  public var rules: [Rule] = []

  public static let actions = [
    "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD",
    "SCMP_ACT_LOG", "SCMP_ACT_TRAP",
  ]
  public static let operators = [
    "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ",
  ]
  public static let architectureNames = [
    "SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", "SCMP_ARCH_NATIVE",
  ]

  /// Reads the profile at `value`: the object behind `linux.seccomp`, or the whole of a binary's `seccomp.json`.
  public init(_ value: JSONValue) throws(SpecError) {
    var object = try ObjectReader(value, "seccomp")
    defaultAction = try object.require("defaultAction").seccompName(among: Self.actions)
    if let value = object.take("defaultErrnoRet") { defaultErrnoRet = UInt16(try value.integer(in: 0...4095)) }
    if let value = object.take("architectures") {
      architectures = try value.list { value throws(SpecError) in try value.seccompName(among: Self.architectureNames) }
    }
    if let value = object.take("syscalls") {
      rules = try value.list { value throws(SpecError) in try Rule(value) }
    }
    try object.finish()
  }

  /// The profile in a whole spec, if it has one.
  public init?(in document: JSONDocument) throws(SpecError) {
    guard let value = document.root.member("linux")?.member("seccomp") else { return nil }
    try self.init(value)
  }
}

extension SeccompProfile.Rule {
  fileprivate init(_ value: JSONValue) throws(SpecError) {
    var object = try ObjectReader(value, "syscalls[]")
    let list = try object.require("names").elements(atMost: Spec.maximumListLength)
    names = []
    for name in list { names.append(try name.string(allowsEmpty: false)) }
    nameOffsets = list.map { $0.offset }
    offset = value.offset
    action = try object.require("action").seccompName(among: SeccompProfile.actions)
    if let value = object.take("errnoRet") { errnoRet = UInt16(try value.integer(in: 0...4095)) }
    args = try object.take("args")?.list { value throws(SpecError) in try SeccompProfile.Argument(value) } ?? []
    if let value = object.take("comment") { _ = try value.string() }
    try object.finish()
  }
}

extension SeccompProfile.Argument {
  fileprivate init(_ value: JSONValue) throws(SpecError) {
    var object = try ObjectReader(value, "args[]")
    index = UInt32(try object.require("index").integer(in: 0...5))
    self.value = try object.require("value").limit()
    valueTwo = try object.take("valueTwo")?.limit() ?? 0
    op = try object.require("op").seccompName(among: SeccompProfile.operators)
    try object.finish()
  }
}

extension JSONValue {
  fileprivate func seccompName(among names: [String]) throws(SpecError) -> String {
    let written = try string()
    if let name = names.first(where: { $0.hasSameBytes(as: written) }) { return name }
    throw SpecError("\"\(written)\" is not known here", at: offset, hint: nameHint(written, among: names))
  }
}
