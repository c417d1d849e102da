import ArrowBoot
import ArrowSpec
import Testing

@Suite("What the task says through NOTIFY_SOCKET")
struct NoticeTests {
  private func machine(_ said: (UInt64, String)...) -> Machine {
    var machine = Machine()
    for (time, text) in said { machine.at(time, .arrives("NOTIFY_SOCKET", text)) }
    return machine
  }

  /// The events between the first and the last one.
  private func heard(_ machine: Machine) -> [String] { Array(expectBoot(machine).events.dropFirst().dropLast()) }

  private func status(_ text: String) -> String { #"{"event":"status","text":"\#(text)"}"# }

  @Test("what the task says through NOTIFY_SOCKET makes it ready, once: READY=1 or its port, whichever comes first")
  func ready() {
    var machine = machine((100, "READY=1"), (300, "READY=1\n"))
    machine.at(200, .listens(8080))
    #expect(heard(machine) == [#"{"event":"ready"}"#])
    machine.addToSpec("")
    #expect(heard(machine) == [#"{"event":"ready"}"#])
    #expect(heard(self.machine((100, "READY=0"), (200, "xREADY=1"), (300, ""))) == [])
  }

  @Test(
    "what the task says through NOTIFY_SOCKET is passed on as its status; a message may have several lines, and other lines are ignored"
  )
  func statuses() {
    let machine = machine(
      (100, "STATUS=warming \"up\"\nMAINPID=7\nREADY=1\n"), (300, "WATCHDOG=1"), (400, "STATUS=serving"))
    #expect(
      heard(machine) == [status(#"warming \"up\""#), #"{"event":"ready"}"#, status("serving")])
  }

  @Test(
    "what the task says through NOTIFY_SOCKET is passed on at most ten times a second, and the newest status always")
  func flood() {
    var machine = Machine()
    for time in UInt64(100)...599 { machine.at(time, .arrives("NOTIFY_SOCKET", "STATUS=\(time)")) }
    let heard = heard(machine)
    #expect(heard.count <= 7)
    #expect(heard.first == status("100"))
    #expect(heard.last == status("599"))
  }

  @Test("what the task says through NOTIFY_SOCKET does not keep PID 1 from other work when it never ends")
  func endless() {
    var machine = Machine()
    machine.at(100, .arrives("NOTIFY_SOCKET", ""))
    for _ in 0..<200 { machine.at(100, .arrives("NOTIFY_SOCKET", "X=1")) }
    machine.at(100, .arrives("NOTIFY_SOCKET", "READY=1"), .arrives("org.arrow.control", ""))
    #expect(heard(machine) == [#"{"event":"ready"}"#])
  }

  @Test("what the task says through NOTIFY_SOCKET is passed on before its end, also at the same moment")
  func lastWords() {
    var machine = machine((1000, "STATUS=done"))
    machine.at(1000, .exits(Machine.task, 0))
    let events = machine.boot().events
    #expect(Array(events.dropFirst()) == [status("done"), #"{"event":"exited","code":0,"reason":"exited"}"#])
  }

  @Test("what the task says through NOTIFY_SOCKET is cut after 512 bytes")
  func long() {
    let machine = machine((100, "STATUS=" + String(repeating: "x", count: 2000)))
    #expect(heard(machine) == [status(String(repeating: "x", count: 512))])
  }

  @Test(
    "what the task says through NOTIFY_SOCKET goes to the socket in NOTIFY_SOCKET, unless the spec's environment has its own"
  )
  func variable() throws {
    var machine = Machine()
    machine.addToSpec("", process: #", "env": ["NOTIFY_SOCKET=@mine"]"#)
    let child = try #require(expectBoot(machine).children.first)
    guard case .executed(_, _, let environment) = child.ending else { return #expect(Bool(false)) }
    #expect(environment.filter { $0.hasPrefix("NOTIFY") } == ["NOTIFY_SOCKET=@mine"])
  }
}
