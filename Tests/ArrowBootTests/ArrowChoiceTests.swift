import ArrowSpec
import Testing

@Suite("The arrow")
struct ArrowChoiceTests {
  private func machine(_ arrows: String..., asked: String? = nil, preset: String? = nil) -> Machine {
    var machine = Machine()
    machine.commandLine = asked.map { "arrow=\($0)" } ?? ""
    machine.pieces["/meta/hello"] = nil
    machine.pieces["/meta/hello/arrow_spec.json"] = nil
    for arrow in arrows {
      machine.pieces["/meta/\(arrow)/arrow_spec.json"] = .file(Machine.spec)
      machine.pieces["/.arrow/seccomp/\(arrow)"] = .file(SeccompFilterFile.encode(program: Machine.filter))
    }
    if let preset { machine.pieces["/.arrow/default"] = .link(preset) }
    return machine
  }

  private func chosen(_ machine: Machine) -> String? {
    expectBoot(machine).calls("setHostname").first.map { String($0.dropFirst("setHostname ".count)) }
  }

  @Test("the arrow is the one asked for, else the default, else the only one")
  func order() {
    #expect(chosen(machine("a", "b", "c", asked: "b", preset: "c")) == "b")
    #expect(chosen(machine("a", "b", "c", preset: "c")) == "c")
    #expect(chosen(machine("a")) == "a")
  }

  @Test("the arrow is an error that lists the names, when there are several and none is asked for")
  func undecided() {
    expectFailure(
      machine("a", "b"),
      "fatal: which arrow? the pieces image has a, b\n  hint: add arrow=NAME to the kernel command line", code: 127)
    expectFailure(
      machine(), "fatal: the pieces image has no arrow\n  hint: add arrow=NAME to the kernel command line", code: 127)
  }

  @Test("the arrow is an error with the nearest name or all of them, when the one asked for does not exist")
  func unknown() {
    expectFailure(
      machine("web", "worker", asked: "wbe"), "fatal: no such arrow: \"wbe\"\n  hint: did you mean \"web\"?", code: 127)
    expectFailure(
      machine("web", "worker", asked: "x"), "fatal: no such arrow: \"x\"\n  hint: known: web, worker", code: 127)
    expectFailure(
      machine("web", preset: "gone"), "fatal: no such arrow: \"gone\"\n  hint: known: web", code: 127)
  }

  @Test("the arrow gives the host its name, without characters that a host name cannot have")
  func hostname() {
    #expect(chosen(machine("my_app.v2")) == "my-app.v2")
    let long = String(repeating: "x", count: 70)
    #expect(chosen(machine(long)) == String(long.prefix(63)))
    var named = machine("a")
    named.pieces["/meta/a/arrow_spec.json"] = .file(
      #"{"binary": {"name": "tool", "version": "1"}, "process": {"cmd": "tool"}, "hostname": "quiver"}"#)
    #expect(chosen(named) == "quiver")
  }
}
