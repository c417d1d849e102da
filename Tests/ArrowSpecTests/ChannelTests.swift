import Testing

@testable import ArrowSpec

@Suite("What guest and host tell each other")
struct ChannelTests {
  private static let events: [(event: GuestEvent, line: String)] = [
    (.booted(arrow: "python-web"), #"{"event":"booted","arrow":"python-web"}"#),
    (.ready, #"{"event":"ready"}"#),
    (.exited(code: 0, signal: nil, reason: .exited), #"{"event":"exited","code":0,"reason":"exited"}"#),
    (
      .exited(code: 137, signal: 9, reason: .oom), #"{"event":"exited","code":137,"signal":9,"reason":"oom"}"#
    ),
    (
      .exited(code: 159, signal: 31, reason: .seccomp), #"{"event":"exited","code":159,"signal":31,"reason":"seccomp"}"#
    ),
    (.exited(code: 255, signal: nil, reason: .stopped), #"{"event":"exited","code":255,"reason":"stopped"}"#),
    (
      .exited(code: 143, signal: 15, reason: .signaled),
      #"{"event":"exited","code":143,"signal":15,"reason":"signaled"}"#
    ),
    (.exited(code: 125, signal: nil, reason: .failed), #"{"event":"exited","code":125,"reason":"failed"}"#),
    (.status(text: "wärm"), #"{"event":"status","text":"wärm"}"#),
    (.logged(syscall: "openat"), #"{"event":"logged","syscall":"openat"}"#),
    (.output(stdout: 0, stderr: .max), #"{"event":"output","stdout":0,"stderr":18446744073709551615}"#),
    (
      .denied(.init(address: .init(bytes: [10, 0, 2, 2]), port: 5432, proto: .tcp)),
      #"{"event":"denied","address":"10.0.2.2","port":5432,"proto":"tcp"}"#
    ),
    (
      .denied(
        .init(address: .init(bytes: [0xFE, 0xC0] + [UInt8](repeating: 0, count: 13) + [2]), port: 53, proto: .udp)),
      #"{"event":"denied","address":"fec0:0000:0000:0000:0000:0000:0000:0002","port":53,"proto":"udp"}"#
    ),
    (.denied(nil), #"{"event":"denied"}"#),
    (.memory(availableMiB: 2, totalMiB: 56), #"{"event":"memory","availableMiB":2,"totalMiB":56}"#),
    (.seccomp(syscall: "keyctl"), #"{"event":"seccomp","syscall":"keyctl"}"#),
    (.listening(ports: [8000, 65535]), #"{"event":"listening","ports":[8000,65535]}"#),
    (.listening(ports: []), #"{"event":"listening","ports":[]}"#),
    (.moreRefused(count: 36), #"{"event":"seccomp","more":36}"#),
    (
      .error(stage: "MountPieces", message: "a \"b\" \\ \n\u{1B}\u{7F} é🏹"),
      #"{"event":"error","stage":"MountPieces","message":"a \"b\" \\ \u000a\u001b\u007f é🏹"}"#
    ),
  ]

  @Test("an event is one line of JSON, and is read back as it was", arguments: events)
  func roundTrip(_ event: GuestEvent, _ line: String) {
    #expect(event.line == Array((line + "\n").utf8))
    #expect(GuestEvent(line: event.line) == event)
    #expect(GuestEvent(line: Array(line.utf8)) == event)
  }

  @Test("every character of a message survives")
  func characters() {
    for value in UInt32(0)...0x2FF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let event = GuestEvent.error(stage: "s", message: "a\(Character(scalar))b")
      #expect(event.line.filter { $0 == 0x0A }.count == 1)
      #expect(GuestEvent(line: event.line) == event)
    }
  }

  @Test(
    "a line that no arrow-init wrote is no event",
    arguments: [
      "", "{}", "[]", "null", "\"ready\"", #"{"event":7}"#, #"{"event":"READY"}"#, #"{"event":"hacked"}"#,
      #"{"event":"booted"}"#, #"{"event":"booted","arrow":7}"#, #"{"event":"exited"}"#, #"{"event":"exited","code":0}"#,
      #"{"event":"exited","code":256,"reason":"exited"}"#, #"{"event":"exited","code":-1,"reason":"exited"}"#,
      #"{"event":"exited","code":"0","reason":"exited"}"#, #"{"event":"exited","code":1e1,"reason":"exited"}"#,
      #"{"event":"exited","code":0,"reason":"bored"}"#, #"{"event":"exited","code":0,"signal":0,"reason":"exited"}"#,
      #"{"event":"exited","code":0,"signal":65,"reason":"exited"}"#,
      #"{"event":"exited","code":0,"signal":"9","reason":"oom"}"#,
      #"{"event":"denied","address":"10.0.2.2"}"#, #"{"event":"denied","address":"x","port":1,"proto":"tcp"}"#,
      #"{"event":"denied","address":"10.0.2.2","port":65536,"proto":"tcp"}"#,
      #"{"event":"denied","address":"10.0.2.2","port":1,"proto":"icmp"}"#,
      #"{"event":"listening"}"#, #"{"event":"listening","ports":8000}"#, #"{"event":"listening","ports":[65536]}"#,
      #"{"event":"output","stdout":1}"#, #"{"event":"output","stdout":-1,"stderr":0}"#,
      #"{"event":"output","stdout":0,"stderr":18446744073709551616}"#,
      #"{"event":"seccomp"}"#, #"{"event":"seccomp","more":0}"#, #"{"event":"seccomp","more":-1}"#,
      #"{"event":"error","stage":"s"}"#, #"{"event":"error","message":"m"}"#,
      #"{"event":"memory","availableMiB":2}"#, #"{"event":"memory","availableMiB":"2","totalMiB":56}"#,
      #"{"event":"ready"}{"event":"ready"}"#, #"{"event":"ready","event":"booted"}"#, #"{"event":"ready""#,
    ])
  func noEvent(_ line: String) {
    #expect(GuestEvent(line: Array(line.utf8)) == nil)
  }

  @Test("an event cut anywhere is none", arguments: events.map { $0.event })
  func cut(_ event: GuestEvent) {
    let line = event.line.dropLast()
    for length in 0..<line.count { #expect(GuestEvent(line: Array(line.prefix(length))) == nil) }
  }

  @Test("commands are read back as they were written")
  func commands() {
    #expect(ControlCommand.stop.line == Array("{\"command\":\"stop\"}\n".utf8))
    #expect(ControlCommand.signal(15).line == Array("{\"command\":\"signal\",\"signal\":15}\n".utf8))
    let window = ControlCommand.window(rows: 24, columns: 80)
    #expect(window.line == Array("{\"command\":\"window\",\"rows\":24,\"columns\":80}\n".utf8))
    let windows = [window, .window(rows: 0, columns: .max)]
    for command in [ControlCommand.stop, .listeners] + windows + (1...64).map({ .signal($0) }) {
      #expect(ControlCommand(line: command.line) == command)
    }
  }

  @Test(
    "anything else is no command",
    arguments: [
      "", "stop", "{}", "[]", #"{"command":"halt"}"#, #"{"command":["stop"]}"#, #"{"command":"signal"}"#,
      #"{"command":"signal","signal":0}"#, #"{"command":"signal","signal":65}"#, #"{"command":"signal","signal":-9}"#,
      #"{"command":"signal","signal":"9"}"#, #"{"command":"signal","signal":9.0}"#, #"{"command":"stop""#,
      #"{"command":"stop"} {"#, #"{"command":"window"}"#, #"{"command":"window","rows":24}"#,
      #"{"command":"window","rows":-1,"columns":80}"#, #"{"command":"window","rows":24,"columns":65536}"#,
    ])
  func noCommand(_ line: String) {
    #expect(ControlCommand(line: Array(line.utf8)) == nil)
  }

  @Test("a channel's bytes become lines, however they arrive; too long a line is none, and the next one counts")
  func lines() {
    var lines = ChannelLines()
    let longest = [UInt8](repeating: 0x61, count: ControlCommand.maximumLength)
    let bytes = [0x0A] + longest + [0x0A] + longest + longest + [0x0A] + Array("x\ny".utf8)
    #expect(bytes.compactMap { lines.add($0) } == [[], longest, [], [0x78]])
    #expect(lines.add(0x0A) == [0x79])
  }
}
