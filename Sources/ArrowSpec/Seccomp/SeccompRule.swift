/// One element of a seccomp profile's `syscalls`.
public struct SeccompRule {
  public struct Argument {
    /// 0 to 5.
    public var index: UInt32
    public var value: UInt64
    public var valueTwo: UInt64
    public var op: SeccompComparison
  }

  /// When a rule applies, or does not (Docker's `includes` and `excludes`).
  struct Condition {
    /// A mask, as in `process.capabilities`.
    var caps: UInt64 = 0
    var arches: [String] = []
    var minKernel: KernelVersion?
    var isEmpty: Bool { caps == 0 && arches.isEmpty && minKernel == nil }
  }

  struct KernelVersion {
    var major: Int
    var minor: Int
  }

  public var names: [(text: String, offset: Int)] = []
  public var action: SeccompAction
  public var args: [Argument] = []
  /// Where the rule stands: for messages.
  public var offset: Int
  var includes = Condition()
  var excludes = Condition()

  /// Whether the rule depends on the task or the machine.
  public var isConditional: Bool { !includes.isEmpty || !excludes.isEmpty }

  /// Whether the rule is for x86-64, which every image is for.
  public var isForThisMachine: Bool {
    (includes.arches.isEmpty || includes.hasThisMachine) && !excludes.hasThisMachine
  }

  /// Whether the rule counts for a task with this bounding set, on an image's machine and kernel.
  public func applies(bounding: UInt64) -> Bool {
    isForThisMachine && excludes.caps & bounding == 0 && includes.caps & ~bounding == 0
      && includes.minKernel.map { $0.isInImages } ?? true && !(excludes.minKernel.map { $0.isInImages } ?? false)
  }
}

extension SeccompRule.Condition {
  var hasThisMachine: Bool { arches.contains { $0.hasSameBytes(as: "amd64") } }
}

extension SeccompRule.KernelVersion {
  /// Images have Linux 6.12 or a later one.
  var isInImages: Bool { (major, minor) <= (6, 12) }
}

extension SeccompRule {
  init(_ value: JSONValue) throws(SpecError) {
    let object = try ObjectReader(
      value, "syscalls[]", keys: "names name action errnoRet errno args comment includes excludes")
    offset = value.offset
    names = try Self.names(object)
    action = try SeccompAction(object, action: "action", number: "errnoRet", name: "errno")
    for value in try object.takeUnlessNull("args")?.elements(atMost: JSONValue.maximumListLength) ?? [] {
      args.append(try Argument(value))
    }
    if let value = object.takeUnlessNull("comment") { _ = try value.string() }
    if let value = object.takeUnlessNull("includes") { includes = try Condition(value, "includes") }
    if let value = object.takeUnlessNull("excludes") { excludes = try Condition(value, "excludes") }
  }

  /// `names`, or `name` as Docker's profiles had it before 2017.
  private static func names(_ object: ObjectReader) throws(SpecError) -> [(text: String, offset: Int)] {
    if let name = object.takeUnlessNull("name"), !name.isString("") {
      if let names = object.takeUnlessNull("names"), names.hasChildren {
        throw SpecError("both \"name\" and \"names\"", at: name.offset, hint: "put it into \"names\"")
      }
      return [(try name.string(), name.offset)]
    }
    var names: [(text: String, offset: Int)] = []
    for value in try object.require("names").elements(atMost: JSONValue.maximumListLength) {
      names.append((try value.string(allowsEmpty: false), value.offset))
    }
    return names
  }
}

extension SeccompRule.Argument {
  fileprivate init(_ value: JSONValue) throws(SpecError) {
    let object = try ObjectReader(value, "args[]", keys: "index value valueTwo op")
    index = UInt32(try object.require("index").integer(in: 0...5))
    self.value = try object.require("value").limit()
    valueTwo = try object.takeUnlessNull("valueTwo")?.limit() ?? 0
    let comparisons = SeccompComparison.names
    op = comparisons[try object.require("op").index(among: comparisons.map { $0.name }, "a comparison")].value
  }
}

extension SeccompRule.Condition {
  /// As Go and libseccomp name machines.
  private static let machines = [
    "386", "amd64", "arm", "arm64", "loong64", "loongarch64", "m68k", "mips", "mips3l64n32", "mips64", "mips64le",
    "mips64n32", "mips64p32", "mips64p32le", "mipsel", "mipsel64", "mipsel64n32", "mipsle", "parisc", "parisc64", "ppc",
    "ppc64", "ppc64le", "riscv64", "s390", "s390x", "sh", "sheb", "x32", "x86",
  ]

  fileprivate init(_ value: JSONValue, _ name: String) throws(SpecError) {
    let object = try ObjectReader(value, name, keys: "caps arches minKernel")
    if let value = object.takeUnlessNull("caps") { caps = try value.capabilities() }
    for value in try object.takeUnlessNull("arches")?.elements(atMost: 64) ?? [] {
      arches.append(Self.machines[try value.index(among: Self.machines, "a machine")])
    }
    if let value = object.takeUnlessNull("minKernel"), !value.isString("") { minKernel = try .init(value) }
  }
}

extension SeccompRule.KernelVersion {
  fileprivate init(_ value: JSONValue) throws(SpecError) {
    let text = try value.string()
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 2, let major = decimal(parts[0]), let minor = decimal(parts[1]) else {
      throw SpecError("\(quoted(text)) is not a kernel's version", at: value.offset, hint: "as in 4.8")
    }
    self.major = major
    self.minor = minor
  }
}
