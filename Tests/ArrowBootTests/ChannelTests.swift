import ArrowBoot
import ArrowSpec
import Testing

@Suite("The host's channels")
struct ChannelTests {
  private func descriptors(_ machine: Machine) -> [String] { expectBoot(machine).children.first?.open ?? [] }

  @Test("the host's channels may be missing: the console takes the task's streams")
  func none() {
    var machine = Machine()
    machine.ports = ["vport0p3": "org.arrow.events"]
    machine.at(500, .arrives("stdout", "out\n"), .arrives("stderr", "err\n"), .arrives("/dev/hvc0", "typed\n"))
    machine.at(1000, .exits(Machine.task, 0))
    let run = machine.boot()
    #expect(run.children.first?.open == ["stdin", "stdout", "stderr"])
    #expect(run.console == "out\nerr\n")
    #expect(run.text(of: "stdin") == "typed\n")
    machine.ports = [:]
    machine.happenings = []
    machine.at(1000, .exits(Machine.task, 3))
    let silent = machine.boot()
    #expect(silent.said == "the task ended with code 3\n")
    #expect(silent.time == 1000)
  }

  @Test("the host's channels may be missing together with the console: what the kernel has is used, or /dev/null")
  func noConsole() {
    var machine = Machine()
    machine.hasConsole = false
    machine.ports = [:]
    machine.at(500, .arrives("stdout", "out\n"))
    machine.at(1000, .exits(Machine.task, 3))
    var run = machine.boot()
    #expect(run.text(of: "/dev/console") == "out\narrow-init: the task ended with code 3\n")
    machine.fail("open /dev/console", with: .noDevice)
    machine.fail("makeRaw /dev/null", with: .notTerminal)
    machine.fail("watch /dev/null", with: Errno(1))
    run = machine.boot()
    #expect(run.text(of: "/dev/null") == "out\narrow-init: the task ended with code 3\n")
    #expect(run.ending == .poweredOff)
  }

  @Test(
    "the host's channels are only the console for a task with a terminal, and the console is its controlling terminal")
  func terminal() throws {
    var machine = Machine()
    machine.ports["vport0p4"] = "org.arrow.stdin"
    machine.ports["vport0p5"] = nil
    machine.addToSpec("", process: #", "terminal": true"#)
    #expect(descriptors(machine) == ["/dev/hvc0", "/dev/hvc0", "/dev/hvc0"])
    let run = expectBoot(machine)
    let calls = try #require(run.children.first).calls
    let session = try #require(calls.firstIndex(of: "newSession"))
    let console = try #require(calls.firstIndex(of: "controlTerminal /dev/hvc0"))
    #expect(session < console)
    #expect(!calls.contains { $0.hasPrefix("makeRaw") || $0.hasPrefix("setWindow") })
    #expect(run.allEvents.count == 2)
    // A host that takes stdout as a stream has no terminal to give.
    machine.ports["vport0p5"] = "org.arrow.stdout"
    let piped = expectBoot(machine)
    #expect(piped.children.first?.open == ["stdin", "stdout", "stderr"])
    #expect(piped.children.first?.calls.contains { $0.contains("TERM=linux") } == false)
  }

  @Test("the host's channels set the terminal's size before the task runs, as the spec says")
  func firstSize() throws {
    var machine = Machine()
    machine.ports["vport0p5"] = nil
    machine.addToSpec("", process: #", "terminal": true, "consoleSize": { "height": 50, "width": 132 }"#)
    let calls = try #require(expectBoot(machine).children.first).calls
    #expect(calls.contains("setWindow /dev/hvc0 50 x 132"))
  }

  @Test("the host's channels bring a new size for the terminal, where the task has one")
  func window() {
    var machine = Machine()
    let line = String(decoding: ControlCommand.window(rows: 33, columns: 101).line, as: UTF8.self)
    machine.at(500, .arrives("/dev/vport0p2", line))
    #expect(expectBoot(machine).calls("setWindow").isEmpty)
    machine.ports["vport0p5"] = nil
    machine.addToSpec("", process: #", "terminal": true"#)
    #expect(expectBoot(machine).calls("setWindow") == ["setWindow /dev/hvc0 33 x 101"])
    machine.fail("setWindow", with: Errno(5))
    _ = expectBoot(machine)
  }

  @Test("the host's channels ask what listens: TCP ports of both families, each once, and no connection")
  func listeners() {
    var machine = Machine()
    let head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    let line = String(decoding: ControlCommand.listeners.line, as: UTF8.self)
    let asked = Machine.Happening.arrives("/dev/vport0p2", line)
    machine.at(500, asked)
    machine.at(
      600,
      .shows(
        "/proc/net/tcp",
        head + "   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1\n"
          + "   1: 0F02000A:1F90 0202000A:8CA2 01 00000000:00000000 00:00000000 00000000  1000        0 2\n"),
      .shows(
        "/proc/net/tcp6",
        head + "   0: 00000000000000000000000000000000:1F40 00000000000000000000000000000000:0000 0A 0:0 0:0 0\n"
          + "   1: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0:0 0:0 0\n"))
    machine.at(700, asked)
    let listening = expectBoot(machine).events.filter { $0.contains("listening") }
    #expect(listening == [#"{"event":"listening","ports":[]}"#, #"{"event":"listening","ports":[8000,80]}"#])
  }

  @Test("the host's channels are waited for, as long as the kernel may need to find them")
  func late() {
    var machine = Machine()
    machine.ports = ["vport0p1": "org.arrow.stderr"]
    machine.at(50, .portAppears(device: "vport0p2", name: "org.arrow.control"))
    machine.at(90, .portAppears(device: "vport0p3", name: "org.arrow.events"))
    #expect(expectBoot(machine).events.count == 2)
    // Without any of these ports PID 1 waits a fifth of a second, whatever other news the kernel has.
    machine.happenings = []
    for time in 0..<100 { machine.at(UInt64(time * 10), .deviceEvent) }
    machine.at(2000, .exits(Machine.task, 0))
    let run = machine.boot()
    #expect(run.said == "the task ended with code 0\n")
    #expect(run.calls("waitReadable device events").count < 30)
    #expect(run.ending == .poweredOff)
  }

  @Test("the host's channels never stop PID 1 where nobody listens: the console shows what could not be told")
  func deaf() {
    var machine = Machine()
    machine.deafDevices = ["/dev/vport0p3"]
    machine.at(1000, .exits(Machine.task, 4))
    let run = machine.boot()
    #expect(run.ending == .poweredOff)
    #expect(run.events == [])
    #expect(run.said == "the task ended with code 4\n")
    // Twice 250 ms: for the count of its output and for its end.
    #expect(run.time == 1500)
  }

  @Test("the host's channels get a little time to become ready")
  func almostDeaf() {
    var machine = Machine()
    machine.deafDevices = ["/dev/vport0p3"]
    machine.at(100, .hears("/dev/vport0p3"))
    #expect(expectBoot(machine).events.count == 2)
  }

  @Test("the host's channels do not delay the end when the console itself is stopped")
  func stoppedConsole() {
    var machine = Machine()
    machine.deafDevices = ["/dev/hvc0", "/dev/vport0p3"]
    machine.commandLine = "arrow=nobody"
    #expect(machine.boot().ending == .poweredOff)
  }

  @Test("the host's channels may take an event in many short writes")
  func shortWrites() {
    var machine = Machine()
    machine.largestTransfer = 3
    machine.commandLine += " arrow.ip=off"
    machine.addToSpec("")
    #expect(
      expectBoot(machine).allEvents == [
        #"{"event":"booted","arrow":"hello"}"#, #"{"event":"output","stdout":0,"stderr":0}"#,
        #"{"event":"exited","code":0,"reason":"exited"}"#,
      ])
  }
}
