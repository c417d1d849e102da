import Testing

/// How a task ends, from the task to actrl's exit code (docs/faults.md, 14 to 19).
@Suite("The end of a task", .needsImage)
struct TaskEndTests {
  @Test(
    "the task's exit code is the launcher's", arguments: [0, 1, 2, 7, 64, 124, 125, 126, 127, 128, 137, 200, 254, 255])
  func code(code: Int32) async throws {
    let end = try await Bench().run("probe", "probe", "exit", "\(code)", exactly: code)
    #expect(end.events.last == #"{"event":"exited","code":\#(code),"reason":"exited"}"#)
  }

  /// SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGABRT, SIGKILL, SIGSEGV, SIGPIPE, SIGTERM, SIGXCPU.
  @Test("a fatal signal is 128 and its number", arguments: [1, 2, 3, 4, 6, 9, 11, 13, 15, 24])
  func signal(signal: Int32) async throws {
    let end = try await Bench().run("probe", "probe", "signal", "\(signal)", exactly: 128 + signal)
    #expect(end.events.last == #"{"event":"exited","code":\#(128 + signal),"signal":\#(signal),"reason":"signaled"}"#)
  }

  @Test("a command that is not there is 127, with its near miss")
  func noCommand() async throws {
    let end = try await Bench().run("probe", "prob", exactly: 127)
    #expect(end.console == "arrow-init: fatal: no such command: \"prob\"\n  hint: did you mean \"probe\"?\n")
  }

  @Test("a file that can't be executed is 126, and the system says why")
  func notExecutable() async throws {
    let end = try await Bench().run("probe", "/share/ssl/cert.pem", exactly: 126)
    #expect(end.console == "arrow-init: fatal: cannot execute /share/ssl/cert.pem: EACCES Permission denied\n")
  }

  @Test("a folder as a command is 126")
  func folder() async throws {
    let end = try await Bench().run("probe", "/share", exactly: 126)
    #expect(end.console == "arrow-init: fatal: cannot execute /share: EISDIR Is a directory\n")
  }

  @Test("no orphan stays a zombie, and the task's code arrives")
  func orphans() async throws {
    let end = try await Bench().run("probe", "probe", "orphans", "3000", limit: 90, exactly: 7)
    #expect(end.stdout == "zombies 0\n")
  }

  @Test("children that end in the same instant are all reaped")
  func twins() async throws {
    _ = try await Bench().run("probe", "probe", "twins", "500", exactly: 3)
  }

  @Test("what the task leaves behind is ended, and its code is kept", arguments: ["", "deaf"])
  func leftBehind(manner: String) async throws {
    let end = try await Bench().run("probe", "probe", "leave-child", manner, exactly: 5)
    #expect(end.stdout == "child\n")
  }

  @Test("a task that eats all memory is killed, PID 1 is not")
  func memory() async throws {
    let end = try await Bench().run("probe", "probe", "eat-memory", exactly: 137)
    #expect(end.events.last == #"{"event":"exited","code":137,"signal":9,"reason":"oom"}"#)
  }

  @Test("a restart policy tries again as often as it says")
  func restarts() async throws {
    let end = try await Bench().run("probe-restart", exactly: 1)
    #expect(end.stdout == String(repeating: "/nothing: ENOENT\n", count: 3))
  }
}
