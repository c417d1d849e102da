import Testing

@testable import ArrowImage

@Suite("Specs beside their pieces")
struct SpecCheckTests {
  /// The findings as they are printed, without the folder's own path.
  private func findings(_ spec: String, prepare: (Scratch) throws -> Void = { _ in }) throws -> String {
    let scratch = try Scratch.withPieces()
    try scratch.write(spec, to: "pieces/meta/hello/arrow_spec.json")
    try prepare(scratch)
    let errors = try #require(throws: InputErrors.self) { try SpecCheck.check(PiecesFolder(scratch.url("pieces"))) }
    return errors.findings.map { $0.rendered(program: "mkarrowimg") }.joined(separator: "\n")
      .replacing(scratch.url("pieces/"), with: "")
  }

  private func spec(binary: String = "tool", version: String = "1", cmd: String = "tool", more: String = "") -> String {
    #"{"binary": {"name": "\#(binary)", "version": "\#(version)"}, "process": {"cmd": "\#(cmd)"}\#(more)}"#
  }

  @Test("a right one gives the binary's version and the filter")
  func right() throws {
    let scratch = try Scratch.withPieces()
    let arrows = try SpecCheck.check(PiecesFolder(scratch.url("pieces")))
    #expect(arrows.map(\.name) == ["hello"])
    #expect(arrows[0].version == "v1.2.3")
    #expect(FilterProgram(arrows[0].filter).action(on: .init(number: 0)) == 0x7FFF_0000)
  }

  @Test("an unknown binary, version or command is shown where it stands")
  func unknown() throws {
    #expect(
      try findings(spec(binary: "tol")) == """
        meta/hello/arrow_spec.json:1:21: error: the pieces have no binary "tol"
          hint: did you mean "tool"?
        """)
    #expect(
      try findings(spec(version: "v1.20")) == """
        meta/hello/arrow_spec.json:1:40: error: the pieces have no tool 1.20
          hint: they have v1.2.3
        """)
    #expect(
      try findings(spec(cmd: "tooll")) == """
        meta/hello/arrow_spec.json:1:65: error: binary/tool/v1.2.3/bin has no command "tooll"
          hint: did you mean "tool"?
        """)
  }

  @Test("a command by its path must be there and executable")
  func absoluteCommand() throws {
    #expect(
      try findings(spec(cmd: "/bin/sh")) == """
        meta/hello/arrow_spec.json:1:65: error: the pieces have no /bin/sh
          hint: known: /binary/tool/v1.2.3/bin/tool
        """)
    let notExecutable = try findings(spec(cmd: "/meta/hello/run")) { try $0.write("", to: "pieces/meta/hello/run") }
    #expect(
      notExecutable == """
        meta/hello/arrow_spec.json:1:65: error: /meta/hello/run is not executable
          hint: chmod +x meta/hello/run
        """)
  }

  @Test("a mount over a file is refused")
  func mounts() throws {
    let mount = #", "mounts": [{"destination": "/meta/hello/data", "type": "tmpfs"}]"#
    let text = try findings(spec(more: mount)) { try $0.write("", to: "pieces/meta/hello/data") }
    #expect(text == "meta/hello/arrow_spec.json:1:101: error: /meta/hello/data is a file in the pieces")
  }

  @Test("an arrow without a seccomp profile is refused")
  func noProfile() throws {
    let text = try findings(spec()) { scratch in
      try scratch.write("x", to: "pieces/binary/tool/v1.2.4/bin/tool", mode: 0o755)
    }
    #expect(
      text == """
        meta/hello/arrow_spec.json:1:12: error: there is no seccomp profile: not here, and no \
        binary/tool/v1.2.4/seccomp.json in the pieces
          hint: give the binary a seccomp.json, or this spec a "linux": {"seccomp": ...} as OCI has it
        """)
  }

  @Test("the binary's profile is compiled once and its error told once")
  func wrongProfile() throws {
    let text = try findings(spec()) { scratch in
      try scratch.write(spec(), to: "pieces/meta/second/arrow_spec.json")
      try scratch.write(
        #"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["raed"], "action": "SCMP_ACT_KILL"}]}"#,
        to: "pieces/binary/tool/v1.2.3/seccomp.json")
    }
    #expect(
      text == """
        binary/tool/v1.2.3/seccomp.json:1:61: error: "raed" is not a system call
          hint: did you mean "read"?
        """)
  }

  @Test("every wrong spec is told, not only the first")
  func allAtOnce() throws {
    let text = try findings(#"{"binray": {}}"#) { scratch in
      try scratch.write("{", to: "pieces/meta/second/arrow_spec.json")
      try scratch.write("", to: "pieces/meta/third/arow_spec.json")
    }
    #expect(
      text == """
        meta/hello/arrow_spec.json:1:2: error: the spec has an unknown key "binray"
          hint: did you mean "binary"?
        meta/second/arrow_spec.json:1:2: error: the file ends where a key in double quotes should be
        mkarrowimg: error: meta/third has no arrow_spec.json
          hint: rename arow_spec.json to arrow_spec.json
        """)
  }

  @Test("a mount over the arrow's own folder is refused; one below it is not")
  func ownFolder() throws {
    func message(_ destination: String) throws -> String {
      try findings(spec(more: #", "mounts": [{"destination": "\#(destination)", "type": "tmpfs"}]"#))
    }
    #expect(
      try message("/meta/hello") == """
        meta/hello/arrow_spec.json:1:101: error: "/meta/hello" is the arrow's own and can't be mounted over
          hint: a folder of its own, as /data or "/meta/hello/data"
        """)
    #expect(try message("/meta/./hello/.venv").contains("is the arrow's own"))
    let scratch = try Scratch.withPieces()
    try scratch.write(
      spec(more: #", "mounts": [{"destination": "/meta/hello/data", "type": "tmpfs"}]"#),
      to: "pieces/meta/hello/arrow_spec.json")
    #expect(try SpecCheck.check(PiecesFolder(scratch.url("pieces"))).map(\.name) == ["hello"])
  }

  @Test(
    "a first argument that is not the program's name is a warning",
    arguments: [
      (#"["main.py", "-v"]"#, true), (#"["tool", "main.py"]"#, false), (#"["-tool"]"#, false), (#"["tool3"]"#, false),
      (#"["/x/tool"]"#, false),
    ])
  func firstArgument(arguments: String, isWarned: Bool) throws {
    let scratch = try Scratch.withPieces()
    let text = #"{"binary": {"name": "tool", "version": "1"}, "process": {"cmd": "tool", "args": \#(arguments)}}"#
    try scratch.write(text, to: "pieces/meta/hello/arrow_spec.json")
    let path = scratch.url("pieces/meta/hello")
    let found = SpecCheck.findings(inSpecAt: path).map { $0.rendered(program: "mkarrowimg") }
    let warning = """
      \(path)/arrow_spec.json:1:82: warning: args[0] is the program's own name: tool does not see "main.py"
        hint: "args": ["tool", "main.py", "-v"]
      """
    #expect(found == (isWarned ? [warning] : []))
    let arrows = try SpecCheck.check(PiecesFolder(scratch.url("pieces")))
    #expect(arrows[0].warnings.map(\.isWarning) == (isWarned ? [true] : []))
  }
}
