// What each key of the spec means, top to bottom as in a spec. The same code reads a whole spec and an override.

extension Spec {
  /// Reads a whole spec.
  public init(_ document: JSONDocument) throws(SpecError) {
    try read(document.root, isWhole: true)
  }

  /// Lays `overrides.json` over the spec: any part of a spec but `binary`. Lists replace; `env` and `hostAliases` add and
  /// replace by name.
  public mutating func override(with document: JSONDocument) throws(SpecError) {
    try read(document.root, isWhole: false)
  }

  private mutating func read(_ root: JSONValue, isWhole: Bool) throws(SpecError) {
    let object = try ObjectReader(
      root, "the spec",
      keys: isWhole
        ? "$schema binary process port export proto ports hostname hostAliases root mounts linux stop restart"
        : "$schema process port export proto ports hostname hostAliases root mounts linux stop restart")
    if let value = object.take("$schema") { _ = try value.string() }
    if isWhole { try readBinary(try object.require("binary")) }
    if let value = isWhole ? try object.require("process") : object.take("process") {
      try readProcess(value, isWhole: isWhole)
    }
    try readPorts(object)
    if let value = object.take("hostname") { hostname = try value.hostname() }
    if let value = object.take("hostAliases") { try readHostAliases(value) }
    if let value = object.take("root") {
      let root = try ObjectReader(value, "root", keys: "readonly")
      if let value = root.take("readonly") { rootReadonly = try value.boolean() }
    }
    if let value = object.take("mounts") {
      mounts = try value.list { value throws(SpecError) in try Mount(value) }
      try Mount.refuseHidden(mounts, at: value)
    }
    if let value = object.take("linux") { try readLinux(value, isWhole: isWhole) }
    if let value = object.take("stop") {
      let stop = try ObjectReader(value, "stop", keys: "signal timeout")
      if let value = stop.take("signal") { self.stop.signal = try value.signal() }
      if let value = stop.take("timeout") { self.stop.timeout = UInt32(try value.integer(in: 0...86_400)) }
    }
    if let value = object.take("restart") { restart = try value.restartPolicy() }
  }

  private mutating func readBinary(_ value: JSONValue) throws(SpecError) {
    let object = try ObjectReader(value, "binary", keys: "name version project")
    binary.name = try object.require("name").fileName()
    binary.version = try object.require("version").versionPrefix()
    if let value = object.take("project") { binary.project = try value.string() }
  }

  private mutating func readProcess(_ value: JSONValue, isWhole: Bool) throws(SpecError) {
    let object = try ObjectReader(
      value, "process",
      keys: "cmd args env cwd user terminal consoleSize capabilities rlimits noNewPrivileges oomScoreAdj")
    if let value = object.take("terminal") { process.terminal = try value.boolean() }
    if let value = object.take("consoleSize") { process.consoleSize = try ConsoleSize(value) }
    if let value = isWhole ? try object.require("cmd") : object.take("cmd") {
      process.cmd = try value.command()
      process.args = [process.cmd]
    }
    if let value = object.take("args") {
      process.args = try value.list { value throws(SpecError) in try value.argument() }
      if process.args.isEmpty {
        throw SpecError("args is empty", at: value.offset, hint: "args[0] is the program's name")
      }
    }
    if let value = object.take("env") { try readEnvironment(value) }
    if let value = object.take("cwd") { process.cwd = try value.absolutePath() }
    if let value = object.take("user") { try readUser(value) }
    if let value = object.take("capabilities") { process.capabilities = try Capabilities(value) }
    if let value = object.take("rlimits") {
      process.rlimits = []
      for value in try value.elements(atMost: JSONValue.maximumListLength) {
        let limit = try ResourceLimit(value)
        if process.rlimits.contains(where: { $0.resource == limit.resource }) {
          let name = ResourceLimitName.names[Int(limit.resource)]
          throw SpecError("\(name) is limited twice", at: value.offset)
        }
        process.rlimits.append(limit)
      }
    }
    if let value = object.take("noNewPrivileges") { process.noNewPrivileges = try value.boolean() }
    if let value = object.take("oomScoreAdj") { process.oomScoreAdj = Int(try value.integer(in: -1000...1000)) }
  }

  private mutating func readEnvironment(_ value: JSONValue) throws(SpecError) {
    var names: [[UInt8]] = []
    let pairs = try value.list { value throws(SpecError) in
      let pair = try value.argument()
      guard let name = environmentName(pair) else {
        throw SpecError("\(quoted(pair)) is not NAME=VALUE", at: value.offset)
      }
      if names.contains(name) {
        throw SpecError("the variable \(quoted(String(decoding: name, as: UTF8.self))) is set twice", at: value.offset)
      }
      names.append(name)
      return pair
    }
    let kept = process.env.filter { old in !names.contains { $0 == environmentName(old) } }
    process.env = kept + pairs
  }

  private func environmentName(_ pair: String) -> [UInt8]? {
    guard let separator = pair.utf8.firstIndex(of: UInt8(ascii: "=")), separator != pair.utf8.startIndex else {
      return nil
    }
    return Array(pair.utf8[..<separator])
  }

  private mutating func readUser(_ value: JSONValue) throws(SpecError) {
    // 4294967295 means "unchanged" to setresuid(2): never an id.
    let ids: ClosedRange<Int64> = 0...4_294_967_294
    let object = try ObjectReader(value, "process.user", keys: "uid gid additionalGids umask")
    if let value = object.take("uid") { process.user.uid = UInt32(try value.integer(in: ids)) }
    if let value = object.take("gid") { process.user.gid = UInt32(try value.integer(in: ids)) }
    if let value = object.take("additionalGids") {
      process.user.additionalGids = try value.list { value throws(SpecError) in UInt32(try value.integer(in: ids)) }
    }
    if let value = object.take("umask") {
      process.user.umask = UInt32(try value.integer(in: 0...0o777, hint: "JSON has no octal: 18 is 022"))
    }
  }

  /// One port (`port`, `export`, `proto`) or the list `ports`.
  private mutating func readPorts(_ object: ObjectReader) throws(SpecError) {
    let single = object.take("port")
    let export = object.take("export")
    let proto = object.take("proto")
    if let list = object.take("ports") {
      if let other = single ?? export ?? proto {
        throw SpecError("both \"ports\" and a single port", at: other.offset, hint: "put all of them into \"ports\"")
      }
      ports = []
      for value in try list.elements(atMost: Self.maximumPorts) {
        let object = try ObjectReader(value, "ports[]", keys: "port export proto")
        let port = try object.require("port")
        try add(port, export: object.take("export"), proto: object.take("proto"), at: value)
      }
    } else if let single {
      ports = []
      try add(single, export: export, proto: proto, at: single)
    } else if let orphan = export ?? proto {
      throw SpecError("\"port\" is missing beside it", at: orphan.offset, hint: "\"port\" is where the task listens")
    }
  }

  private mutating func add(_ port: JSONValue, export: JSONValue?, proto: JSONValue?, at place: JSONValue)
    throws(SpecError)
  {
    let port = UInt16(try port.integer(in: 1...65535))
    let added = Port(
      port: port, export: try export?.portNumber() ?? port, proto: try proto?.transportProtocol() ?? .tcp)
    for other in ports where other.export == added.export && other.proto == added.proto {
      throw SpecError("\(added.proto.name) port \(added.export) is exported twice", at: (export ?? place).offset)
    }
    ports.append(added)
  }

  private mutating func readHostAliases(_ value: JSONValue) throws(SpecError) {
    let added = try value.list { value throws(SpecError) in try HostAlias(value) }
    for index in hostAliases.indices {
      hostAliases[index].hostnames.removeAll { name in
        added.contains { $0.hostnames.contains { $0.hasSameBytes(as: name) } }
      }
    }
    hostAliases += added
  }

  private mutating func readLinux(_ value: JSONValue, isWhole: Bool) throws(SpecError) {
    let object = try ObjectReader(value, "linux", keys: "seccomp sysctl maskedPaths readonlyPaths")
    if let value = object.take("seccomp") {
      if isWhole { hasSeccompProfile = true } else { try readOverridingProfile(value) }
    }
    if let value = object.take("sysctl") {
      sysctl = []
      for (name, value) in try ObjectReader(freeKeysOf: value, "linux.sysctl").all {
        sysctl.append(Sysctl(name: try name.sysctlName(), value: try value.sysctlValue()))
      }
    }
    if let value = object.take("maskedPaths") {
      maskedPaths = try value.list { value throws(SpecError) in try value.pathBelowRoot() }
    }
    if let value = object.take("readonlyPaths") {
      readonlyPaths = try value.list { value throws(SpecError) in try value.pathBelowRoot() }
    }
  }
}

extension Spec {
  /// A profile is compiled into the image by mkarrowimg; nothing in the VM could compile one. The exception allows and
  /// logs everything: it is a single instruction.
  private mutating func readOverridingProfile(_ value: JSONValue) throws(SpecError) {
    let profile = try ObjectReader(value, "linux.seccomp", keys: "defaultAction")
    guard let action = profile.take("defaultAction"), action.isString("SCMP_ACT_LOG") else {
      throw SpecError("the seccomp profile is the image's", at: value.offset)
    }
    recordsSystemCalls = true
  }
}

extension Spec.HostAlias {
  init(_ value: JSONValue) throws(SpecError) {
    let object = try ObjectReader(value, "hostAliases[]", keys: "ip hostnames")
    ip = try object.require("ip").address()
    hostnames = try object.require("hostnames").list { value throws(SpecError) in try value.hostname(atMost: 253) }
  }
}

extension Spec.ConsoleSize {
  init(_ value: JSONValue) throws(SpecError) {
    let characters: ClosedRange<Int64> = 0...65535
    let object = try ObjectReader(value, "process.consoleSize", keys: "height width")
    height = UInt16(try object.require("height").integer(in: characters))
    width = UInt16(try object.require("width").integer(in: characters))
  }
}

extension Spec.Capabilities {
  init(_ value: JSONValue) throws(SpecError) {
    let object = try ObjectReader(
      value, "process.capabilities", keys: "bounding effective inheritable permitted ambient")
    if let value = object.take("bounding") { bounding = try value.capabilities() }
    if let value = object.take("effective") { effective = try value.capabilities() }
    if let value = object.take("inheritable") { inheritable = try value.capabilities() }
    if let value = object.take("permitted") { permitted = try value.capabilities() }
    if let value = object.take("ambient") { ambient = try value.capabilities() }
    if effective & ~permitted != 0 {
      throw SpecError("an effective capability that is not permitted", at: value.offset)
    }
    if inheritable & ~bounding != 0 {
      throw SpecError("an inheritable capability that is not in the bounding set", at: value.offset)
    }
    if ambient & ~(permitted & inheritable) != 0 {
      throw SpecError("an ambient capability that is not both permitted and inheritable", at: value.offset)
    }
  }
}

extension Spec.ResourceLimit {
  init(_ value: JSONValue) throws(SpecError) {
    let object = try ObjectReader(value, "rlimits[]", keys: "type soft hard")
    resource = try object.require("type").resourceLimitName()
    soft = try object.require("soft").limit()
    hard = try object.require("hard").limit()
    if soft > hard { throw SpecError("the soft limit is above the hard one", at: value.offset) }
  }
}
