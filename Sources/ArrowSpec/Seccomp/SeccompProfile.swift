/// A seccomp profile before it is compiled: as the OCI runtime-spec writes it (`linux.seccomp`), and as the files of
/// Docker and Podman do (`archMap`, `includes`, `excludes`, `name`, `errno`).
///
/// Only the host reads it: names of system calls mean something to libseccomp, the guest loads the finished filter.
public struct SeccompProfile {
  public var defaultAction: SeccompAction
  public var architectures: [String] = []
  public var rules: [SeccompRule] = []

  private static let architectureNames = [
    "SCMP_ARCH_NATIVE", "SCMP_ARCH_X86", "SCMP_ARCH_X86_64", "SCMP_ARCH_X32", "SCMP_ARCH_ARM", "SCMP_ARCH_AARCH64",
    "SCMP_ARCH_LOONGARCH64", "SCMP_ARCH_M68K", "SCMP_ARCH_MIPS", "SCMP_ARCH_MIPSEL", "SCMP_ARCH_MIPS64",
    "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPS64N32", "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PARISC", "SCMP_ARCH_PARISC64",
    "SCMP_ARCH_PPC", "SCMP_ARCH_PPC64", "SCMP_ARCH_PPC64LE", "SCMP_ARCH_RISCV64", "SCMP_ARCH_S390", "SCMP_ARCH_S390X",
    "SCMP_ARCH_SH", "SCMP_ARCH_SHEB",
  ]
  /// Flags that change nothing here. TSYNC is for programs with threads: the child has one before exec. arrow-init loads
  /// every filter with LOG. SPEC_ALLOW asks for what Linux 5.16 and later do anyway.
  private static let flags = [
    "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
  ]

  /// Reads the profile at `value`: the object behind `linux.seccomp`, or the whole of a binary's `seccomp.json`.
  public init(_ value: JSONValue) throws(SpecError) {
    let object = try ObjectReader(
      value, "seccomp",
      keys: "defaultAction defaultErrnoRet defaultErrno architectures archMap flags syscalls listenerPath")
    defaultAction = try SeccompAction(object, action: "defaultAction", number: "defaultErrnoRet", name: "defaultErrno")
    architectures = try Self.architectures(object)
    for value in try object.takeUnlessNull("flags")?.elements(atMost: 8) ?? [] {
      _ = try value.index(among: Self.flags, "a flag of seccomp here")
    }
    for value in try object.takeUnlessNull("syscalls")?.elements(atMost: JSONValue.maximumListLength) ?? [] {
      rules.append(try SeccompRule(value))
    }
    if let value = object.takeUnlessNull("listenerPath") { throw SeccompAction.noListener(at: value) }
  }

  /// The profile in a whole spec, if it has one.
  public init?(in document: JSONDocument) throws(SpecError) {
    guard let value = document.root.member("linux")?.member("seccomp") else { return nil }
    try self.init(value)
  }

  /// OCI's list, or Docker's map from an architecture to the ones that its kernel can run besides.
  private static func architectures(_ object: ObjectReader) throws(SpecError) -> [String] {
    let list = object.takeUnlessNull("architectures")
    guard let map = object.takeUnlessNull("archMap") else { return try names(list) }
    if let list, list.hasChildren {
      throw SpecError("both \"architectures\" and \"archMap\"", at: list.offset, hint: "keep one of them")
    }
    var result: [String] = []
    for value in try map.elements(atMost: 64) {
      let entry = try ObjectReader(value, "archMap[]", keys: "architecture subArchitectures")
      let architecture = try name(entry.require("architecture"))
      let others = try names(entry.takeUnlessNull("subArchitectures"))
      if architecture.hasSameBytes(as: "SCMP_ARCH_X86_64") { result = [architecture] + others }
    }
    return result
  }

  private static func name(_ value: JSONValue) throws(SpecError) -> String {
    architectureNames[try value.index(among: architectureNames, "an architecture")]
  }

  private static func names(_ list: JSONValue?) throws(SpecError) -> [String] {
    var result: [String] = []
    for value in try list?.elements(atMost: 64) ?? [] {
      result.append(try name(value))
    }
    return result
  }
}
