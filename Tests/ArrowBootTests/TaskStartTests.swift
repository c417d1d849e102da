import ArrowBoot
import Testing

@Suite("The task's command")
struct TaskStartTests {
  private func machine(_ cmd: String, prepare: (inout Machine) -> Void = { _ in }) -> Machine {
    var machine = Machine()
    machine.setSpec(#"{"binary": {"name": "tool", "version": "1"}, "process": {"cmd": "\#(cmd)"}}"#)
    prepare(&machine)
    return machine
  }

  private func program(_ machine: Machine) -> String? {
    guard case .executed(let path, _, _) = expectBoot(machine).children.first?.ending else { return nil }
    return path
  }

  @Test("the task's command is looked up in the arrow's own bin, then in its binary's, then as a path")
  func lookup() {
    #expect(program(machine("tool")) == "/binary/tool/v1.2.3/bin/tool")
    let own = machine("tool") { $0.pieces["/meta/hello/.venv/bin/tool"] = .file("", mode: 0o755) }
    #expect(program(own) == "/meta/hello/.venv/bin/tool")
    let absolute = machine("/opt/thing") { $0.pieces["/opt/thing"] = .file("", mode: 0o755) }
    #expect(program(absolute) == "/opt/thing")
  }

  @Test("the task's command may be a link, which is followed as the task sees it")
  func links() {
    let machine = machine("py") { machine in
      machine.pieces["/meta/hello/.venv/bin/py"] = .link("/binary/tool/v1.2.3/bin/py")
      machine.pieces["/binary/tool/v1.2.3/bin/py"] = .link("tool")
    }
    #expect(program(machine) == "/meta/hello/.venv/bin/py")
  }

  @Test("the task's command is 127 when it does not exist, with the nearest name")
  func missing() {
    expectFailure(machine("tol"), "fatal: no such command: \"tol\"\n  hint: did you mean \"tool\"?", code: 127)
    expectFailure(machine("/bin/sh"), "fatal: no such command: \"/bin/sh\"\n  hint: known: tool", code: 127)
    let dangling = machine("py") { $0.pieces["/binary/tool/v1.2.3/bin/py"] = .link("/nowhere") }
    expectFailure(dangling, "fatal: no such command: \"py\"\n  hint: known: tool", code: 127)
  }

  @Test("the task's command is 126 when it cannot be executed, with the system's message")
  func notExecutable() {
    let folder = machine("dir") { $0.pieces["/binary/tool/v1.2.3/bin/dir"] = .folder }
    expectFailure(folder, "fatal: cannot execute /binary/tool/v1.2.3/bin/dir: EISDIR Is a directory", code: 126)
    let file = machine("data") { $0.pieces["/binary/tool/v1.2.3/bin/data"] = .file("") }
    expectFailure(file, "fatal: cannot execute /binary/tool/v1.2.3/bin/data: EACCES Permission denied", code: 126)
    let foreign = machine("tool") { $0.fail("execute", with: .init(8)) }
    expectFailure(foreign, "fatal: cannot execute /binary/tool/v1.2.3/bin/tool: ENOEXEC Exec format error", code: 126)
    let script = machine("tool") { $0.fail("execute", with: .noEntry) }
    expectFailure(
      script,
      "fatal: cannot find what /binary/tool/v1.2.3/bin/tool runs under: ENOENT No such file or directory", code: 126)
  }

  @Test("the task's command is 125 when the disk cannot be read, not a misspelling")
  func disk() {
    let broken = machine("tool") { $0.fail("realPath /binary", with: .init(5)) }
    expectFailure(broken, "fatal: cannot look for /binary/tool/v1.2.3/bin/tool: EIO Input/output error")
  }

  @Test(
    "the task's command gets its descriptors, and reports failures, when the kernel gave PID 1 no descriptors 0 to 2")
  func lowDescriptors() throws {
    // The sources have numbers that are targets too; each must still arrive where it belongs.
    var machine = Machine()
    machine.hasInitialConsole = false
    machine.ports["vport0p4"] = "org.arrow.stdin"
    let run = expectBoot(machine)
    #expect(run.children.first?.open == ["stdin", "stdout", "stderr"])
    machine.fail("loadFilter", with: .invalid)
    expectFailure(machine, "fatal: cannot load the seccomp filter: EINVAL Invalid argument")
  }
}
