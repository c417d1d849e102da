import ArrowSpec
import Testing

@Suite("The spec")
struct SpecTests {
  @Test("the spec is shown at the place where it is wrong")
  func wrong() {
    var machine = Machine()
    machine.setSpec(
      """
      {
        "binary": {"name": "tool", "version": "v1"},
        "proces": {"cmd": "tool"}
      }
      """)
    expectFailure(
      machine,
      """
      fatal: /root/meta/hello/arrow_spec.json:3:3: error: the spec has an unknown key "proces"
        hint: did you mean "process"?
      """)
    machine.setSpec("{")
    expectFailure(
      machine,
      "fatal: /root/meta/hello/arrow_spec.json:1:2: error: the file ends where a key in double quotes should be")
    machine.setSpec("")
    expectFailure(machine, "fatal: /root/meta/hello/arrow_spec.json:1:1: error: the file ends where a value should be")
  }

  @Test("the spec is not read to its end when it is too large")
  func large() {
    var machine = Machine()
    machine.setSpec(String(repeating: " ", count: 1_000_000))
    let run = expectFailure(
      machine, "fatal: /root/meta/hello/arrow_spec.json:1:1: error: the file is larger than 262144 bytes")
    #expect(run.calls("read /root/meta/hello").count < 3)
  }

  @Test("the spec is read whole when the kernel gives it in pieces")
  func shortReads() {
    var machine = Machine()
    machine.largestTransfer = 7
    machine.at(1000, .exits(Machine.task, 3))
    let run = machine.boot()
    #expect(run.exit?.code == 3)
    #expect(run.events.first == #"{"event":"booted","arrow":"hello"}"#)
  }

  @Test("the spec takes the host's overrides")
  func overrides() {
    var machine = Machine()
    machine.initrd["/arrow/overrides.json"] = .file(
      #"{"process": {"args": ["tool", "other"], "env": ["A=1"]}, "hostname": "laid", "ports": []}"#)
    let run = expectBoot(machine)
    #expect(run.calls("setHostname") == ["setHostname laid"])
    #expect(run.calls("updateMap map waiting").isEmpty)
    #expect(
      run.children.first?.ending
        == .executed(
          "/binary/tool/v1.2.3/bin/tool", ["tool", "other"],
          environment: ["A=1", "PATH=/binary/tool/v1.2.3/bin:/bin", "HOME=/tmp", "NOTIFY_SOCKET=/run/arrow/notify"]))
  }

  @Test("the spec is not run when the host's overrides are wrong")
  func wrongOverrides() {
    var machine = Machine()
    machine.initrd["/arrow/overrides.json"] = .file(#"{"binary": {"name": "other", "version": "1"}}"#)
    expectFailure(
      machine,
      """
      fatal: /arrow/overrides.json:1:2: error: the spec has an unknown key "binary"
        hint: known: $schema, process, port, export, proto, ports, hostname, hostAliases, root, mounts, linux, stop, restart
      """)
  }

  @Test(
    "the spec takes the newest version that begins as it says",
    arguments: [("v1", "v1.10.0"), ("1.9", "v1.9.2"), ("1.9.1", "v1.9.1"), ("v2", "v2.0")])
  func version(_ wanted: String, _ found: String) {
    var machine = Machine()
    for version in ["v1.9.1", "v1.9.2", "v1.10.0", "v2.0"] {
      machine.pieces["/binary/other/\(version)/bin/run"] = .file("", mode: 0o755)
    }
    machine.setSpec(#"{"binary": {"name": "other", "version": "\#(wanted)"}, "process": {"cmd": "run"}}"#)
    let path = "/binary/other/\(found)/bin/run"
    #expect(
      expectBoot(machine).children.first?.ending
        == .executed(
          path, ["run"],
          environment: ["PATH=/binary/other/\(found)/bin:/bin", "HOME=/tmp", "NOTIFY_SOCKET=/run/arrow/notify"]))
  }

  @Test("the spec needs a binary that exists")
  func noBinary() {
    var machine = Machine()
    machine.setSpec(#"{"binary": {"name": "tool", "version": "1.20"}, "process": {"cmd": "tool"}}"#)
    expectFailure(machine, "fatal: the pieces have no binary tool 1.20\n  hint: they have v1.2.3", code: 127)
    machine.setSpec(#"{"binary": {"name": "ruby", "version": "3"}, "process": {"cmd": "tool"}}"#)
    expectFailure(machine, "fatal: the pieces have no binary ruby 3", code: 127)
  }

  @Test("the spec needs its filter, whole and undamaged")
  func filter() {
    var machine = Machine()
    let path = "/.arrow/seccomp/hello"
    let file = SeccompFilterFile.encode(program: Machine.filter)
    let hint = "\n  hint: build the pieces image anew with mkarrowimg"
    for (damaged, problem) in [
      ([], "not a compiled seccomp filter"), (Array(file.dropLast()), "the seccomp filter is cut short or too long"),
      (file.dropLast() + [1], "the seccomp filter's checksum is wrong"),
    ] {
      machine.pieces[path] = .file(damaged)
      expectFailure(machine, "fatal: /root\(path): \(problem)" + hint)
    }
    machine.pieces[path] = nil
    expectFailure(
      machine, "fatal: cannot read the seccomp filter of hello: ENOENT No such file or directory")
  }

  @Test("the spec has the task's whole environment, apart from a few variables that every program needs")
  func environment() {
    var machine = Machine()
    machine.ports["vport0p5"] = nil
    machine.addToSpec("", process: #", "env": ["B=2", "PATH=/mine", "A=x=y", "HOME="], "terminal": true"#)
    let run = expectBoot(machine)
    #expect(
      run.children.first?.ending
        == .executed(
          "/binary/tool/v1.2.3/bin/tool", ["tool"],
          environment: ["B=2", "PATH=/mine", "A=x=y", "HOME=", "NOTIFY_SOCKET=/run/arrow/notify", "TERM=linux"]))
  }
}
