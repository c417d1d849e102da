import ArrowSpec
import Testing

@Suite("The boot")
struct BootTraceTests {
  @Test("the boot is this, call by call, from the kernel's hand-over to the power-off")
  func whole() throws {
    var machine = Machine()
    machine.at(500, .listens(8080))
    machine.at(1000, .exits(Machine.task, 7))
    let run = machine.boot()
    #expect(run.ending == .poweredOff)
    try expectPinned("boot", run.calls.joined(separator: "\n"))
    let child = try #require(run.children.first)
    #expect(
      child.ending
        == .executed(
          "/binary/tool/v1.2.3/bin/tool", ["tool", "serve"],
          environment: ["PATH=/binary/tool/v1.2.3/bin:/bin", "HOME=/tmp", "NOTIFY_SOCKET=/run/arrow/notify"]))
    try expectPinned("task", child.calls.joined(separator: "\n"))
  }

  @Test("the boot tells the host what it must know, and writes nothing to the console")
  func told() {
    var machine = Machine()
    machine.at(500, .listens(8080))
    machine.at(1000, .exits(Machine.task, 7))
    let run = machine.boot()
    #expect(
      run.allEvents == [
        #"{"event":"booted","arrow":"hello"}"#, #"{"event":"ready"}"#,
        #"{"event":"output","stdout":0,"stderr":0}"#,
        #"{"event":"exited","code":7,"reason":"exited"}"#,
      ])
    #expect(run.console == "")
  }

  @Test("the boot leaves the task three descriptors")
  func descriptors() throws {
    var machine = Machine()
    machine.at(1000, .exits(Machine.task, 0))
    let child = try #require(machine.boot().children.first)
    #expect(child.open == ["stdin", "stdout", "stderr"])
  }
}
