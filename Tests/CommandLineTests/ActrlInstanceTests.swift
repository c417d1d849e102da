import Testing

/// The commands for an instance that was shot.
@Suite("actrl shoot, list, logs, attach, stop and kill")
struct ActrlInstanceTests {
  @Test("an arrow is shot, listed, read and stopped")
  func walk() async throws {
    let run = try ActrlRun()
    let shot = try await run.actrl("shoot", "--accel", "tcg", "--wait", "-p", "0:8080", "web")
    let port = try #require(shot.stderr.firstMatch(of: #/127\.0\.0\.1:([0-9]+)->8080/tcp/#)).1
    #expect(shot.stdout == "web\n")
    #expect(
      shot.stderr.replacing(#/[0-9]+\.[0-9] s/#, with: "N s")
        == "actrl: 127.0.0.1:\(port)->8080/tcp\nactrl: web is ready after N s\n")
    expect(try await run.actrl("logs"), "serving at port 8080\n")
    let list = try await run.actrl("list")
    #expect(
      list.stdout.replacing(#/([0-9]+m )?[0-9]+s$/#.anchorsMatchLineEndings(), with: "Ns") == """
        NAME   ARROW   STATE   PORTS                       UPTIME
        web    web     ready   127.0.0.1:\(port)->8080/tcp   Ns

        """)
    expect(try await run.actrl("list", "-q"), "web\n")
    expect(try await run.actrl("stop"), "web\n")
    expect(try await run.actrl("list"), "NAME   ARROW   STATE          PORTS   UPTIME\nweb    web     exited (143)\n")
    #expect(try run.processes().isEmpty)
  }

  @Test("logs gives a VM that has only just been shot time for its first words")
  func firstWords() async throws {
    let run = try ActrlRun()
    expect(try await run.shell("$actrl shoot --accel tcg late; $actrl logs"), "late\nup\n")
  }

  @Test("logs -f goes on until the end; -n shows the last lines")
  func follows() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      $actrl shoot --accel tcg stubborn >/dev/null
      said() { until $actrl logs stubborn | grep -qx "$1"; do sleep 0.01; done; }
      (said up; $actrl kill -s HUP; said 'signal 1'; $actrl kill -s USR1; said 'signal 10'; $actrl kill) >/dev/null &
      $actrl logs -f
      wait; echo --; $actrl logs -n 2; echo --; $actrl logs --tail 0
      """)
    expect(outcome, "up\nsignal 1\nsignal 10\n--\nsignal 1\nsignal 10\n--\n")
  }

  @Test("stop kills a task that ignores it, and a VM that does not answer")
  func stops() async throws {
    let run = try ActrlRun()
    expect(
      try await run.shell(
        """
        for arrow in web stubborn deaf; do $actrl shoot --accel tcg -p 0:8080 $arrow 2>/dev/null; done
        until [ "$($actrl list | grep -c starting)" = 0 ]; do sleep 0.01; done
        $actrl stop -t 1 web stubborn
        """),
      """
      web
      stubborn
      deaf
      web
      stubborn

      """, stderr: "actrl: warning: stubborn did not end in time and was killed\n")
    #expect(try run.processes().count == 1)
    expect(
      try await run.actrl("rm", "deaf"), stderr: "actrl: error: deaf is running\n  hint: actrl stop deaf\n", code: 125)
    #expect(try await run.actrl("inspect", "stubborn").stdout.contains(#""state": "exited (137)""#))
  }

  @Test("an instance that actrl killed is on record as killed, not as lost")
  func killed() async throws {
    let run = try ActrlRun()
    expect(
      try await run.shell("$actrl shoot --accel tcg late; $actrl kill; $actrl list"),
      """
      late
      late
      NAME   ARROW   STATE          PORTS   UPTIME
      late   late    exited (137)

      """)
  }

  @Test("attach ends with the task's code; with --sig-proxy=false Ctrl-C leaves the task alone")
  func attaches() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      $actrl shoot --accel tcg stubborn
      until grep -qs up state/arrow/instances/stubborn/stdout.log; do sleep 0.01; done
      env --default-signal $actrl attach --sig-proxy=false >first & attach=$!
      until grep -qs 'signal 1' first; do $actrl kill -s HUP >/dev/null; done
      kill -INT $attach; wait $attach; echo "left with $?"
      env --default-signal $actrl attach >second & attach=$!
      until grep -qs 'signal 10' second; do $actrl kill -s USR1 >/dev/null; done
      kill -INT $attach; until grep -q ignored second; do sleep 0.01; done
      kill -INT $attach; wait $attach; echo "ended with $?"; cat first second | uniq
      """)
    expect(outcome, "stubborn\nleft with 0\nended with 137\nsignal 1\nsignal 10\nignored\n")
  }

  @Test("attach to an instance that was shot with -i gives it our stdin")
  func attachesStdin() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      $actrl shoot --accel tcg -i cat; mkfifo in
      env --default-signal $actrl attach --sig-proxy=false <in >seen & attach=$!
      exec 3>in; until grep -qs hello seen; do echo hello >&3; sleep 0.05; done
      kill -INT $attach; wait $attach; uniq seen; $actrl kill
      """)
    expect(outcome, "cat\nhello\ncat\n")
  }
}
