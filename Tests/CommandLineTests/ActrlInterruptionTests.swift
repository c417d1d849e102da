import Testing

/// Signals to actrl, and the sudden end of actrl or QEMU.
@Suite("Interruptions of actrl")
struct ActrlInterruptionTests {
  @Test("the first Ctrl-C stops the task, which keeps its own exit code", arguments: ["INT", "TERM", "HUP"])
  func interrupted(signal: String) async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      env --default-signal $actrl run --accel tcg stubborn >out & run=$!
      until grep -qs up out; do sleep 0.01; done
      kill -\(signal) $run; until grep -q ignored out; do sleep 0.01; done
      kill -\(signal) $run; wait $run; echo "ended with $?"
      """)
    // The arrow stubborn ignores the first signal.
    expect(outcome, "ended with 137\n")
    try run.expectNothingLeft()
    let web = try await run.shell(
      """
      env --default-signal $actrl run --accel tcg -p 0:8080 web >out & run=$!
      until grep -qs serving out; do sleep 0.01; done
      kill -\(signal) $run; wait $run; echo "ended with $?"
      """)
    expect(web, "ended with 143\n")
    try run.expectNothingLeft()
  }

  @Test("USR1, USR2 and the real-time signals are the task's, and all others that would end actrl stop the task")
  func signals() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      env --default-signal $actrl run --accel tcg stubborn >out & run=$!
      until grep -qs up out; do sleep 0.01; done
      for number in 10 12 34 64; do
        kill -$number $run; until grep -q "signal $number$" out; do sleep 0.01; done
      done
      kill -XFSZ $run; kill -ALRM $run; until grep -q ignored out; do sleep 0.01; done
      kill -PROF $run; wait $run; echo "ended with $?"; cat out
      for signal in ABRT ALRM VTALRM PROF IO PWR STKFLT XCPU SYS; do
        env --default-signal $actrl run --accel tcg -p 0:8080 web >out & run=$!
        until grep -qs serving out; do sleep 0.01; done
        kill -$signal $run; wait $run; echo "$signal $?"; rm out
      done
      """)
    expect(
      outcome,
      """
      ended with 137
      up
      signal 10
      signal 12
      signal 34
      signal 64
      ignored
      ABRT 143
      ALRM 143
      VTALRM 143
      PROF 143
      IO 143
      PWR 143
      STKFLT 143
      XCPU 143
      SYS 143

      """)
    try run.expectNothingLeft()
  }

  @Test("Ctrl-C at any moment leaves nothing", arguments: ["run", "shoot --wait"])
  func interruptedAnywhen(command: String) async throws {
    let run = try ActrlRun()
    for milliseconds in stride(from: 10, through: 310, by: 20) {
      _ = try await run.shell(
        """
        timeout --foreground -s INT 0.\(String(1000 + milliseconds).dropFirst()) \
        env --default-signal $actrl \(command) --accel tcg -p 0:8080 web
        $actrl rm --all --force >/dev/null
        """)
      try run.expectNothingLeft()
    }
  }

  @Test("when actrl run is killed its QEMU ends, list says lost, and the next shot cleans up")
  func launcherKilled() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      $actrl run --accel tcg -p 0:8080 web >out & run=$!
      until grep -qs serving out; do sleep 0.01; done
      { kill -KILL $run; wait $run; } 2>/dev/null
      until [ "$($actrl list | awk 'NR > 1 { print $3 }')" = lost ]; do sleep 0.01; done
      $actrl run --accel tcg job
      """)
    expect(outcome, "out\n", stderr: "err\n")
    try run.expectNothingLeft()
  }

  @Test("a QEMU that ends when it is greeted is an error with a hint")
  func qemuGone() async throws {
    let run = try ActrlRun()
    let expected = "actrl: error: the VM ended without saying how\n  hint: --debug shows its kernel and arrow-init\n"
    for _ in 1...5 { expect(try await run.actrl("run", "--accel", "tcg", "gone"), stderr: expected, code: 125) }
    try run.expectNothingLeft()
  }

  @Test("when QEMU is killed run ends with 125, list says lost, and the name is free again")
  func qemuKilled() async throws {
    let run = try ActrlRun()
    let foreground = try await run.shell(
      """
      $actrl run --accel tcg --name vm mute & run=$!
      until grep -qs booted state/arrow/instances/vm/events.jsonl; do sleep 0.01; done
      kill -KILL $(cat state/arrow/instances/vm/qemu.pid); wait $run
      """)
    expect(foreground, stderr: "actrl: error: QEMU was killed by signal 9\n", code: 125)
    try run.expectNothingLeft()
    let detached = try await run.shell(
      """
      $actrl shoot --accel tcg --name vm mute
      kill -KILL $(cat state/arrow/instances/vm/qemu.pid)
      $actrl logs -f; $actrl list; $actrl doctor | grep -A1 lost; $actrl shoot --accel tcg --name vm job; $actrl stop vm
      """)
    expect(
      detached,
      """
      vm
      NAME   ARROW   STATE   PORTS   UPTIME
      vm     mute    lost
      warning  lost: vm
                 hint: actrl rm vm
      vm
      vm

      """)
  }
}
