import TestSupport
import Testing

/// All the ways to stop a task (docs/faults.md, 16 and 19).
@Suite("Stops", .needsImage)
struct StopTests {
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

  @Test("a task that listens to SIGTERM ends with its own code")
  func graceful() async throws {
    let end = try await shoot("probe wait", until: "waiting", then: "\"$actrl\" stop vm >/dev/null")
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout == "waiting\ncaught 15\n" + #"{"event":"exited","code":55,"reason":"stopped"}"# + "\n")
  }

  @Test("a task that ignores SIGTERM is killed after stop.timeout")
  func killed() async throws {
    let end = try await shoot("probe wait ignore", until: "waiting", then: "\"$actrl\" stop vm >/dev/null")
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout == "waiting\n" + #"{"event":"exited","code":137,"signal":9,"reason":"stopped"}"# + "\n")
  }

  @Test("a hundred stops are one")
  func hundred() async throws {
    let stops =
      "for i in $(seq 100); do echo '{\"command\":\"stop\"}'; done >\"$vm/control\"; "
    let end = try await shoot("probe wait", until: "waiting", then: stops + "sleep 1; \"$actrl\" stop vm >/dev/null")
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout == "waiting\ncaught 15\n" + #"{"event":"exited","code":55,"reason":"stopped"}"# + "\n")
  }

  @Test("a kill ends a task that would be restarted, with 137")
  func killedForGood() async throws {
    let end = try await Bench().shell(
      """
      "$actrl" shoot --name vm --accel tcg probe-restart probe wait >/dev/null
      wait_for grep -qs waiting "$vm/stdout.log"
      "$actrl" kill vm 2>&1
      "$actrl" logs vm
      tail -n 1 "$vm/events.jsonl"
      ended
      """, limit: 90)
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout == "vm\nwaiting\n" + #"{"event":"exited","code":137,"signal":9,"reason":"stopped"}"# + "\n")
  }

  @Test("a fork bomb does not keep arrow-init from stopping")
  func forkBomb() async throws {
    let end = try await shoot(
      "probe fork-bomb", until: "bombing", then: "sleep 2; \"$actrl\" stop vm >/dev/null")
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout.hasSuffix(#""reason":"stopped"}"# + "\n"), "\(end.stdout)")
  }

  @Test("the power button stops the task gracefully")
  func powerButton() async throws {
    let end = try await shoot(
      "probe wait", until: "waiting",
      then: """
        qmp '{"execute":"system_powerdown"}'
        wait_for ended
        """)
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout == "waiting\ncaught 15\n" + #"{"event":"exited","code":55,"reason":"stopped"}"# + "\n")
  }

  @Test("Ctrl-Alt-Del stops the task gracefully")
  func ctrlAltDel() async throws {
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
