import Testing

@testable import ArrowSpec

@Suite("What a spec says")
struct SpecTests {
  @Test("what is not said is safe")
  func defaults() throws {
    let spec = try read(spec())
    #expect(spec.process.args == ["p"])
    #expect(!spec.process.terminal && spec.process.consoleSize == nil)
    #expect(spec.process.env == [])
    #expect(spec.process.cwd == nil)
    #expect(spec.process.user.uid == 1000 && spec.process.user.gid == 1000)
    #expect(spec.process.user.additionalGids == [] && spec.process.user.umask == nil)
    #expect(spec.process.capabilities == Spec.Capabilities())
    #expect(spec.process.rlimits.isEmpty)
    #expect(spec.process.noNewPrivileges)
    #expect(spec.process.oomScoreAdj == nil)
    #expect(spec.ports == [])
    #expect(spec.hostname == nil && spec.hostAliases.isEmpty)
    #expect(spec.rootReadonly)
    #expect(spec.mounts.isEmpty && spec.sysctl.isEmpty && spec.maskedPaths.isEmpty && spec.readonlyPaths.isEmpty)
    #expect(!spec.hasSeccompProfile)
    #expect(spec.stop.signal == 15 && spec.stop.timeout == 10)
    #expect(spec.restart == .no)
  }

  @Test("the spec of python-web, with its single port, is read")
  func singlePort() throws {
    let spec = try read(try #require(Corpus.good.first { $0.name == "python-web-single-port" }).source)
    #expect(spec.binary.name == "python")
    #expect(spec.binary.version == "3.8")
    #expect(spec.binary.project == "https://github.com/python/cpython")
    #expect(spec.process.cmd == "python")
    #expect(spec.process.args == ["python", "server.py"])
    #expect(spec.ports == [.init(port: 8080, export: 3008, proto: .tcp)])
  }

  @Test("every key arrives")
  func everything() throws {
    let spec = try read(try #require(Corpus.good.first { $0.name == "everything" }).source)
    #expect(spec.process.terminal)
    #expect(spec.process.consoleSize == .init(height: 50, width: 132))
    #expect(spec.process.cmd == "/meta/everything/run")
    #expect(spec.process.args == ["run", "--all", ""])
    #expect(spec.process.env == ["LANG=C.UTF-8", "EMPTY=", "EQUALS=a=b", "_X1=1"])
    #expect(spec.process.cwd == "/tmp")
    #expect(spec.process.user.uid == 1001 && spec.process.user.gid == 1002)
    #expect(spec.process.user.additionalGids == [5, 6] && spec.process.user.umask == 0o077)
    let bind: UInt64 = 1 << 10
    #expect(
      spec.process.capabilities
        == Spec.Capabilities(
          bounding: bind | 1 << 40 | 1, effective: bind, inheritable: bind, permitted: bind | 1, ambient: bind))
    #expect(spec.process.rlimits.map { $0.resource } == [7, 4])
    #expect(spec.process.rlimits.map { $0.soft } == [1024, 0])
    #expect(spec.process.rlimits.map { $0.hard } == [4096, .max])
    #expect(!spec.process.noNewPrivileges)
    #expect(spec.process.oomScoreAdj == -500)
    #expect(
      spec.ports == [
        .init(port: 8080, export: 80, proto: .tcp), .init(port: 5353, export: 53, proto: .udp),
        .init(port: 5353, export: 5353, proto: .tcp),
      ])
    #expect(spec.hostname == "everything.example.org")
    #expect(spec.hostAliases.map { $0.ip.text } == ["192.0.2.7", "2001:0db8:0000:0000:0000:0000:0000:0007"])
    #expect(spec.hostAliases.map { $0.hostnames } == [["db", "db.example.org"], ["db"]])
    #expect(!spec.rootReadonly)
    #expect(spec.mounts.map { $0.kind } == [.tmpfs, .ext4, .ninep, .bind])
    #expect(spec.mounts.map { $0.destination } == ["/tmp", "/data", "/shared", "/etc/app"])
    #expect(spec.mounts.map { $0.source } == ["tmpfs", "LABEL=data", "share", "/meta/everything/etc"])
    #expect(spec.hasSeccompProfile)
    #expect(spec.sysctl.map { $0.name } == ["net.core.somaxconn", "net.ipv4.ip_local_port_range"])
    #expect(spec.sysctl.map { $0.value } == ["1024", "1024\t65000"])
    #expect(spec.maskedPaths == ["/proc/kcore", "/sys/firmware"])
    #expect(spec.readonlyPaths == ["/proc/sys", "/proc/irq"])
    #expect(spec.stop.signal == 2 && spec.stop.timeout == 30)
    #expect(spec.restart == .onFailure(limit: 5))
  }

  @Test("an argument over what execve takes is refused, and the longest one is not")
  func longArgument() throws {
    func args(_ count: Int) -> String {
      spec(process: #""cmd": "p", "args": ["\#(String(repeating: "a", count: count))"]"#)
    }
    _ = try read(args(131_071))
    let error = try #require(throws: SpecError.self) { try read(args(131_072)) }
    #expect(error.message == "a string over 131071 bytes is more than execve takes")
  }

  @Test("every signal has a number, with and without SIG")
  func signals() {
    for (name, number) in Signal.names {
      #expect(Signal.number(of: name) == number)
      #expect(Signal.number(of: String(name.dropFirst(3))) == number)
      #expect(Signal.number(of: String(number)) == number)
    }
    #expect(Signal.names.map { $0.1 } == Array(1...31))
    for word in ["", "SIG", "term", "0", "65", "-1", "SIGSIGTERM", "9999999999999999999"] {
      #expect(Signal.number(of: word) == nil)
    }
  }

  @Test("capabilities and limits have the kernel's numbers")
  func numbers() {
    #expect(Capability.names.count == 41)
    #expect(Capability.names.firstIndex(of: "CAP_NET_BIND_SERVICE") == 10)
    #expect(Capability.names.firstIndex(of: "CAP_SYS_ADMIN") == 21)
    #expect(Capability.names.firstIndex(of: "CAP_CHECKPOINT_RESTORE") == 40)
    #expect(ResourceLimitName.names.count == 16)
    #expect(ResourceLimitName.names.firstIndex(of: "RLIMIT_NOFILE") == 7)
    #expect(ResourceLimitName.names.firstIndex(of: "RLIMIT_RTTIME") == 15)
    #expect(ErrorName.number(of: "EPERM") == 1 && ErrorName.number(of: "ENOSYS") == 38)
    #expect(ErrorName.number(of: "EHWPOISON") == 133 && ErrorName.number(of: "ENOTSUP") == 95)
    #expect(ErrorName.number(of: "") == nil && ErrorName.number(of: "EPER") == nil)
  }
}

@Suite("What is laid over a spec")
struct OverrideTests {
  private func overridden(_ text: String, _ override: String) throws(SpecError) -> Spec {
    var spec = try read(text)
    try spec.override(with: try JSONDocument(Array(override.utf8)))
    return spec
  }

  @Test("a command replaces the arguments too; arguments alone keep the command")
  func arguments() throws {
    let base = spec(process: #""cmd": "p", "args": ["p", "serve"]"#)
    #expect(try overridden(base, #"{"process": {"cmd": "q"}}"#).process.args == ["q"])
    let spec = try overridden(base, #"{"process": {"args": ["p", "-v"]}}"#)
    #expect(spec.process.cmd == "p" && spec.process.args == ["p", "-v"])
  }

  @Test("variables are added and replaced by name, all else stays")
  func environment() throws {
    let base = spec(process: #""cmd": "p", "env": ["A=1", "B=2", "AB=3"]"#)
    #expect(
      try overridden(base, #"{"process": {"env": ["C=4", "A=5"]}}"#).process.env == ["B=2", "AB=3", "C=4", "A=5"])
    #expect(try overridden(base, "{}").process.env == ["A=1", "B=2", "AB=3"])
  }

  @Test("ports, host name and terminal replace what the spec has")
  func others() throws {
    let base = spec(#""port": 80, "hostname": "a""#)
    let spec = try overridden(
      base, #"{"ports": [{"port": 80, "export": 8080}], "hostname": "b", "process": {"terminal": true}}"#)
    #expect(spec.ports == [.init(port: 80, export: 8080, proto: .tcp)])
    #expect(spec.hostname == "b" && spec.process.terminal)
    #expect(spec.process.cmd == "p")
  }

  @Test("host aliases are added and replaced by name")
  func hostAliases() throws {
    let base = spec(#""hostAliases": [{"ip": "10.0.0.1", "hostnames": ["a", "b"]}, {"ip": "::1", "hostnames": ["a"]}]"#)
    let added = #"{"hostAliases": [{"ip": "10.0.0.2", "hostnames": ["a"]}, {"ip": "::2", "hostnames": ["a", "c"]}]}"#
    let aliases = try overridden(base, added).hostAliases
    #expect(aliases.map { $0.hostnames } == [["b"], [], ["a"], ["a", "c"]])
    #expect(aliases.map { $0.ip.bytes.last } == [1, 1, 2, 2])
    #expect(try overridden(base, "{}").hostAliases.map { $0.hostnames } == [["a", "b"], ["a"]])
  }

  @Test("the binary and the seccomp profile are the image's")
  func fixed() throws {
    let binary = try #require(throws: SpecError.self) { try overridden(spec(), #"{"binary": {}}"#) }
    #expect(binary.message == #"the spec has an unknown key "binary""#)
    let profile = try #require(throws: SpecError.self) {
      try overridden(spec(), #"{"linux": {"seccomp": {"defaultAction": "SCMP_ACT_ALLOW"}}}"#)
    }
    #expect(profile.message == "the seccomp profile is the image's")
    #expect(profile.offset == 22)
    let rules = try #require(throws: SpecError.self) {
      try overridden(spec(), #"{"linux": {"seccomp": {"defaultAction": "SCMP_ACT_LOG", "syscalls": []}}}"#)
    }
    #expect(rules.message == #"linux.seccomp has an unknown key "syscalls""#)
    // All but this one, which allows everything and tells it.
    let recording = try overridden(spec(), #"{"linux": {"seccomp": {"defaultAction": "SCMP_ACT_LOG"}}}"#)
    #expect(recording.recordsSystemCalls && !recording.hasSeccompProfile)
    #expect(try !overridden(spec(), "{}").recordsSystemCalls)
  }

  @Test("an override is as strict as a spec")
  func strict() throws {
    for text in [#"{"prot": 80}"#, #"{"process": {"env": ["A"]}}"#, #"{"port": 0}"#, "[]", "{"] {
      #expect(throws: SpecError.self) { try overridden(spec(), text) }
    }
  }
}
