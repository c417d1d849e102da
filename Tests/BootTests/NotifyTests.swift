import Testing

/// NOTIFY_SOCKET: the task itself says when it is ready, and what its status is.
@Suite("NOTIFY_SOCKET", .needsImage)
struct NotifyTests {
  /// As systemd's documentation has it for programs without libsystemd.
  private static let program = """
    import os, socket, sys, time
    def notify(text):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
            s.connect(os.environ["NOTIFY_SOCKET"])
            s.sendall(text.encode())
    """

  @Test("READY=1 and STATUS= arrive as events, the task's last word before its end")
  func events() async throws {
    let script = Self.program + #"\#nnotify("READY=1\nSTATUS=wärm")\#nnotify("STATUS=done"); sys.exit(3)"#
    let end = try await Bench().run("python", "python", "-c", script, exactly: 3)
    #expect(end.events.dropFirst().filter { $0.contains("status") }.last == #"{"event":"status","text":"done"}"#)
    #expect(end.events.contains(#"{"event":"ready"}"#), "\(end.events)")
    #expect(end.events.last == #"{"event":"exited","code":3,"reason":"exited"}"#)
  }

  @Test("a thousand statuses do not flood the host")
  func thousand() async throws {
    let script =
      Self.program + """

        start = time.monotonic()
        for i in range(1000): notify(f"STATUS={i}")
        time.sleep(1)  # until the last of them is told
        print(time.monotonic() - start)
        """
    let end = try await Bench().run("python", "python", "-c", script, exactly: 0)
    let statuses = end.events.filter { $0.contains("status") }
    let seconds = try #require(Double(end.stdout.split(separator: "\n").first ?? ""))
    // Ten a second, and the first and the last besides.
    #expect((1...Int(seconds * 10) + 2).contains(statuses.count), "\(statuses.count) in \(seconds) s")
    #expect(statuses.last == #"{"event":"status","text":"999"}"#)
  }

  @Test("shoot --wait and list show the task's status")
  func shown() async throws {
    let script = Self.program + #"\#nnotify("READY=1\nSTATUS=serving \x1b[31mred")\#ntime.sleep(600)"#
    let bench = Bench()
    try bench.write(script, to: "script")
    let end = try await bench.shell(
      """
      "$actrl" shoot --wait --accel tcg --name vm python-ports python -c "$(cat script)"
      "$actrl" list
      "$actrl" stop vm >/dev/null; "$actrl" list | tail -n 1
      """, limit: 90)
    #expect(end.code == 0, "\(end.stdout)\(end.stderr)")
    // Its exported port never accepts.
    #expect(end.stderr.contains(#/vm is ready after [0-9.]+ s: serving  \[31mred\n/#), "\(end.stderr)")
    let lines = end.stdout.split(separator: "\n").map(String.init)
    #expect(lines.count == 4, "\(end.stdout)")
    #expect(lines.dropFirst().first?.hasSuffix("STATUS") == true)
    #expect(lines.dropFirst(2).first?.contains(#/ ready .*serving  \[31mred$/#) == true, "\(end.stdout)")
    #expect(lines.last?.contains("exited (") == true && lines.last?.contains("serving") == false)
  }
}
