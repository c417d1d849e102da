import TestSupport
import Testing

/// How a task ends, through the whole stack (FAULTS.md 14 to 19).
@Suite(.needsImage) struct TaskEndTests {
  @Test(arguments: [0, 1, 2, 7, 64, 124, 125, 126, 127, 128, 137, 200, 254, 255])
  func `the task's own code is the launcher's`(code: Int32) async throws {
    let end = try await Bench().run("probe", "probe", "exit", "\(code)", exactly: code)
    #expect(end.events.last == #"{"event":"exited","code":\#(code),"reason":"exited"}"#)
  }

  /// SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGABRT, SIGKILL, SIGSEGV, SIGPIPE, SIGTERM, SIGXCPU.
  @Test(arguments: [1, 2, 3, 4, 6, 9, 11, 13, 15, 24])
  func `a fatal signal is 128 and its number`(signal: Int32) async throws {
    let end = try await Bench().run("probe", "probe", "signal", "\(signal)", exactly: 128 + signal)
    #expect(end.events.last == #"{"event":"exited","code":\#(128 + signal),"signal":\#(signal),"reason":"signaled"}"#)
  }

  @Test func `a command that is not there is 127, with its near miss`() async throws {
    let end = try await Bench().run("probe", "prob", exactly: 127)
    #expect(end.console == "arrow-init: fatal: no such command: \"prob\"\n  hint: did you mean \"probe\"?\n")
  }

  @Test func `a file that can't be executed is 126, and the system says why`() async throws {
    let end = try await Bench().run("probe", "/share/ssl/cert.pem", exactly: 126)
    #expect(end.console == "arrow-init: fatal: cannot execute /share/ssl/cert.pem: EACCES Permission denied\n")
  }

  @Test func `a folder as a command is 126`() async throws {
    let end = try await Bench().run("probe", "/share", exactly: 126)
    #expect(end.console == "arrow-init: fatal: cannot execute /share: EISDIR Is a directory\n")
  }

  @Test func `no orphan stays a zombie, and the task's code arrives`() async throws {
    let end = try await Bench().run("probe", "probe", "orphans", "3000", limit: 90, exactly: 7)
    #expect(end.stdout == "zombies 0\n")
  }

  @Test func `children that end in the same instant are all reaped`() async throws {
    _ = try await Bench().run("probe", "probe", "twins", "500", exactly: 3)
  }

  @Test(arguments: ["", "deaf"])
  func `what the task leaves behind is ended, its code kept`(manner: String) async throws {
    let end = try await Bench().run("probe", "probe", "leave-child", manner, exactly: 5)
    #expect(end.stdout == "child\n")
  }

  @Test func `a memory hog is killed for it, not PID 1`() async throws {
    let end = try await Bench().run("probe", "probe", "eat-memory", exactly: 137)
    #expect(end.events.last == #"{"event":"exited","code":137,"signal":9,"reason":"oom"}"#)
  }

  @Test func `a restart policy tries again as often as it says`() async throws {
    let end = try await Bench().run("probe-restart", exactly: 1)
    #expect(end.stdout == String(repeating: "/nothing: ENOENT\n", count: 3))
  }
}

/// Stops in all ways (FAULTS.md 16 and 19).
@Suite(.needsImage) struct StopTests {
  /// Shoots `$arrow WORDS`, waits for `mark` in its log, does `then`, and prints what became of it.
  private func shoot(
    _ words: String, options: String = "", until mark: String, then: String
  ) async throws -> Outcome {
    try await Bench().shell(
      """
      "$actrl" shoot --name vm --accel tcg \(options) probe \(words) >/dev/null
      wait_for grep -qs '\(mark)' "$vm/stdout.log"
      \(then)
      "$actrl" logs vm
      tail -n 1 "$vm/events.jsonl"
      ended
      """, limit: 90)
  }

  @Test func `a task that listens to SIGTERM ends with its own code`() async throws {
    let end = try await shoot("probe wait", until: "waiting", then: "\"$actrl\" stop vm >/dev/null")
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout == "waiting\ncaught 15\n" + #"{"event":"exited","code":55,"reason":"stopped"}"# + "\n")
  }

  @Test func `a task that does not is killed after stop.timeout`() async throws {
    let end = try await shoot("probe wait ignore", until: "waiting", then: "\"$actrl\" stop vm >/dev/null")
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout == "waiting\n" + #"{"event":"exited","code":137,"signal":9,"reason":"stopped"}"# + "\n")
  }

  @Test func `a hundred stops are one`() async throws {
    let stops =
      "for i in $(seq 100); do echo '{\"command\":\"stop\"}'; done >\"$vm/control\"; "
    let end = try await shoot("probe wait", until: "waiting", then: stops + "sleep 1; \"$actrl\" stop vm >/dev/null")
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout == "waiting\ncaught 15\n" + #"{"event":"exited","code":55,"reason":"stopped"}"# + "\n")
  }

  @Test func `a fork bomb does not keep arrow-init from stopping`() async throws {
    let end = try await shoot(
      "probe fork-bomb", until: "bombing", then: "sleep 2; \"$actrl\" stop vm >/dev/null")
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout.hasSuffix(#""reason":"stopped"}"# + "\n"), "\(end.stdout)")
  }

  @Test func `the power button stops it gracefully`() async throws {
    let end = try await shoot(
      "probe wait", until: "waiting",
      then: """
        qmp '{"execute":"system_powerdown"}'
        wait_for ended
        """)
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout == "waiting\ncaught 15\n" + #"{"event":"exited","code":55,"reason":"stopped"}"# + "\n")
  }

  @Test func `Ctrl-Alt-Del stops it gracefully`() async throws {
    let end = try await shoot(
      "probe wait", options: "--machine q35", until: "waiting",
      then: """
        keys=$(printf '{"type":"qcode","data":"%s"},' ctrl alt delete)
        qmp "$(printf '{"execute":"send-key","arguments":{"keys":[%s]}}' "${keys%,}")"
        wait_for ended
        """)
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout == "waiting\ncaught 15\n" + #"{"event":"exited","code":55,"reason":"stopped"}"# + "\n")
  }
}
