import Glibc
import Testing

/// Full disks, limits on files, bounds on logs, and boots in which nothing happens: no byte is lost in silence.
@Suite("Logs of actrl")
struct ActrlLogTests {
  /// A state folder of so many KiB for the rest of the line, in a mount namespace of its own.
  private func small(_ kilobytes: Int, _ line: String) -> String {
    """
    export actrl; unshare -m bash -c 'mount -t tmpfs -o size=\(kilobytes)k none state
    \(line)'
    """
  }

  static let mayMount = geteuid() == 0

  @Test("help, list, inspect, doctor, --dry-run and logs say that stdout is full, and are no success")
  func fullStdout() async throws {
    let run = try ActrlRun()
    _ = try await run.actrl("run", "--accel", "tcg", "--keep", "job")
    for words in ["--help", "run --help", "list", "list -q", "inspect job", "doctor", "run --dry-run job", "rm job"] {
      expect(
        try await run.shell("$actrl \(words) >/dev/full"),
        stderr: """
          actrl: error: cannot write stdout: No space left on device
            hint: the disk is full: make room and try again

          """, code: 125)
    }
    _ = try await run.actrl("run", "--accel", "tcg", "--keep", "job")
    expect(
      try await run.shell("$actrl logs job >/dev/full"),
      stderr: """
        actrl: error: cannot write the log of job: No space left on device
          hint: the disk is full: make room and try again

        """, code: 125)
    // A reader that had enough is no error.
    expect(try await run.shell("$actrl logs job 2>&1 | true; echo ${PIPESTATUS[0]}"), "0\n")
  }

  @Test(
    "attach that can't write the output is no success, and leaves the instance alone",
    arguments: [(">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")])
  func fullAttach(redirection: String, reason: String) async throws {
    let run = try ActrlRun()
    expect(
      try await run.shell(
        """
        $actrl shoot --accel tcg -i cat >/dev/null
        (echo x; sleep 5) | timeout 60 $actrl attach \(redirection)
        code=$?; $actrl list | awk '{ print $3 }'; $actrl rm -f cat >/dev/null; exit $code
        """),
      "STATE\nrunning\n",
      stderr: """
        actrl: error: cannot write the task's output: \(reason)
          hint: cat goes on: actrl logs cat

        """, code: 125)
  }

  @Test("a stdout that is closed is as good as a full one: no success")
  func closedStdout() async throws {
    let run = try ActrlRun()
    for words in ["--help", "list", "doctor", "run --dry-run job", "run --accel tcg job"] {
      let outcome = try await run.shell("$actrl \(words) >&-")
      #expect(outcome.code == 125)
      #expect(outcome.stderr.contains("Bad file descriptor\n"), "\(outcome)")
    }
    let outcome = try await run.shell("$(dirname $actrl)/mkarrowimg --help >&-")
    #expect(outcome.code == 2)
    #expect(outcome.stderr.hasPrefix("mkarrowimg: error: cannot write stdout: Bad file descriptor\n"), "\(outcome)")
  }

  @Test("shoot that can't say the name says that the instance runs")
  func fullShoot() async throws {
    let run = try ActrlRun()
    expect(
      try await run.shell("$actrl shoot --accel tcg mute >/dev/full"),
      stderr: """
        actrl: error: cannot write stdout: No space left on device
          hint: mute runs all the same: actrl stop mute

        """, code: 125)
  }

  @Test("a limit on files cuts what can't be kept: run says how many bytes, and the task's own code")
  func limited() async throws {
    let run = try ActrlRun()
    // The limit is 100 KiB; the task says four times 64 KiB.
    expect(
      try await run.shell("ulimit -f 100; $actrl run --accel tcg flood x 4 | wc -c; exit ${PIPESTATUS[0]}"),
      "102400\n",
      stderr: """
        actrl: error: 159744 bytes of the task's stdout are lost: there was no room in HERE/state/arrow/instances/flood
          hint: make room there, or see ulimit -f; the task itself ended with 0

        """, code: 125)
    try run.expectNothingLeft()
  }

  @Test("a limit on files for actrl's own stdout is an error of that file, with the task's own code")
  func limitedOutput() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      "head -c 102000 /dev/zero >out; (ulimit -f 100; $actrl run --accel tcg flood x 1 >>out); echo $?; wc -c <out")
    #expect(outcome.stdout == "125\n102400\n")
    #expect(
      outcome.stderr.wholeMatch(
        of: #/actrl: error: cannot write the task's output: File .*\n  hint: the task itself ended with (0|143)\n/#)
        != nil,
      "\(outcome.stderr)")
  }

  @Test("logs and list tell what a shot instance has lost")
  func shotLimited() async throws {
    let run = try ActrlRun()
    expect(
      try await run.shell(
        """
        (ulimit -f 100; $actrl shoot --accel tcg flood x 4); until $actrl list | grep -q exited; do sleep 0.05; done
        $actrl logs -n 1 | wc -c; exit ${PIPESTATUS[0]}
        """),
      "flood\n36864\n",
      stderr: """
        actrl: error: 159744 bytes of the task's stdout are lost: there was no room in HERE/state/arrow/instances/flood
          hint: make room there, or see ulimit -f; the task itself ended with 0

        """, code: 125)
  }

  @Test("run through a state folder that is smaller than its output loses nothing", .enabled(if: mayMount))
  func smallDisk() async throws {
    let run = try ActrlRun()
    // Each 64 KiB are there before the next ones come.
    let outcome = try await run.shell(
      small(
        1024,
        """
        head -c 65536 /dev/urandom >part
        for i in {1..50}; do
          cat part; until [ "$(stat -c %s out 2>/dev/null)" = $((i * 65536)) ]; do sleep 0.01; done
        done | $actrl run --accel tcg cat >out
        echo $? && for i in {1..50}; do cat part; done | cmp - out && du -k --apparent-size out | cut -f1
        """))
    expect(outcome, "0\n3200\n")
  }

  @Test("on a full disk run says how much is lost, and neither hangs nor spins", .enabled(if: mayMount))
  func fullDisk() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      small(1024, "head -c 900000 /dev/zero >state/other; $actrl run --accel tcg flood x 100 | (sleep 1; wc -c)"))
    let kept = try #require(Int(outcome.stdout.dropLast()))
    #expect(
      outcome.stderr == """
        actrl: error: \(6_553_600 - kept) bytes of the task's stdout are lost: there was no room in \
        HERE/state/arrow/instances/flood
          hint: make room there, or see ulimit -f; the task itself ended with 0

        """)
    #expect((1...200_000).contains(kept))
  }

  /// An arrow that is given 3,000,000 bytes to write, as the instance `$name`.
  private static let written = """
    $actrl shoot --accel tcg --log-size 256k --name $name -i cat >/dev/null
    """
  private static let writing = """
    log=state/arrow/instances/$name/stdout.log
    head -c 3000000 /dev/zero | tr '\\0' x >state/arrow/instances/$name/stdin
    until [ $(stat -c %s $log) = 3000000 ]; do sleep 0.05; done
    """

  @Test("a shot instance's logs are bounded; logs begins with what is left and says how much went")
  func bounded() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      name=bounded; \(Self.written); \(Self.writing)
      until [ $(($(stat -c %b $log) * 512)) -le $((256 * 1024)) ]; do sleep 0.05; done
      $actrl kill >/dev/null; $actrl logs 2>said >left
      echo $(($(sed 's/.*: \\([0-9]*\\) bytes.*/\\1/' said) + $(wc -c <left))); sed 's/[0-9][0-9]*/N/' said
      """)
    expect(
      outcome,
      """
      3000000
      actrl: N bytes of stdout.log were dropped: it is bounded (--log-size)

      """)
    #expect(try run.processes().isEmpty)
  }

  @Test("logs -f and attach lose nothing of a log that is trimmed while they read")
  func boundedFollowers() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      name=followed; \(Self.written); $actrl logs -f >all 2>said & follower=$!
      for i in {1..30}; do
        head -c 100000 /dev/urandom >part; cat part >>sent; cat part >state/arrow/instances/$name/stdin
        until [ "$(stat -c %s all)" = $((i * 100000)) ]; do sleep 0.01; done
      done
      $actrl kill >/dev/null; wait $follower; cmp sent all && cat said
      """)
    expect(outcome)
  }

  @Test("where there is little room, shoot says to what it bounds the logs", .enabled(if: mayMount))
  func littleRoom() async throws {
    let run = try ActrlRun()
    expect(
      try await run.shell(small(2048, "$actrl shoot --accel tcg job; $actrl attach >/dev/null 2>&1")),
      "job\n",
      stderr: "actrl: warning: its logs are bounded to 512k each: there is little room in "
        + "HERE/state/arrow/instances/job\n", code: 125)
  }

  @Test("when the keeper is killed the log only grows")
  func keeperKilled() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      """
      name=alone-$$; \(Self.written); kill -KILL $(pgrep -f "actrl kee[p] $name")
      \(Self.writing); $actrl kill >/dev/null; $actrl logs | wc -c
      """)
    expect(outcome, "3000000\n")
  }

  @Test(
    "a wrong size of logs is refused",
    arguments: [
      ("10", "a log can't be bounded to 10\n  hint: from 256k to 1048576g; none: no bound"),
      ("ten", "\"ten\" is not a log's size\n  hint: a number and k, m or g, as in 10m; or none"),
    ])
  func wrongSize(size: String, message: String) async throws {
    try await expectRefusal(["shoot", "--log-size", size, "job"], "actrl: error: \(message)")
  }

  @Test(
    "a log that is a FIFO, a folder or gone is an error that names it",
    arguments: [
      ("mkfifo", "it is not a file\n  hint: actrl rm -f removes the instance"),
      ("mkdir", "it is not a file\n  hint: actrl rm -f removes the instance"), ("true", "No such file or directory"),
    ])
  func noLog(command: String, reason: String) async throws {
    let run = try ActrlRun()
    _ = try await run.actrl("run", "--accel", "tcg", "--keep", "job")
    let log = "state/arrow/instances/job/stdout.log"
    for options in ["", "-f", "-n 1"] {
      expect(
        try await run.shell(
          "rm -r \(log); \(command) \(log); timeout 10 $actrl logs \(options) job 2>said >out; code=$?;"
            + " grep -v '^err$' said; exit $code"),
        "actrl: error: cannot read HERE/\(log): \(reason)\n", code: 125)
      _ = try await run.shell("rm -rf \(log); touch \(log)")
    }
  }

  // Boots in which nothing happens

  private static let stuck =
    "nothing happened in its VM for 2 s and used no processor, before its task ran (64 MiB of memory); its kernel said "

  private static let hint =
    "\n  hint: -m gives it more memory, --debug shows what its kernel says, --boot-timeout gives it time\n"

  @Test("run ends a boot in which nothing happens, and says what it knows")
  func stuckRun() async throws {
    let run = try ActrlRun()
    expect(
      try await run.actrl("run", "--accel", "tcg", "--boot-timeout", "2", "mute", "x", "silent"),
      stderr: "actrl: \(Self.stuck)last: [    0.1] one | [    0.2] two\(Self.hint)", code: 125)
    try run.expectNothingLeft()
  }

  @Test("the keeper ends a shot VM's boot in which nothing happens; shoot --wait and list say so")
  func stuckShot() async throws {
    let run = try ActrlRun()
    expect(
      try await run.actrl("shoot", "--accel", "tcg", "--wait", "--boot-timeout", "2", "mute", "x", "silent"), "mute\n",
      stderr: "actrl: mute has ended with exit code 125: \(Self.stuck)last: [    0.1] one | [    0.2] two\(Self.hint)",
      code: 125)
    expect(
      try await run.actrl("list"),
      "NAME   ARROW   STATE                  PORTS   UPTIME\nmute   mute    exited (125, failed)\n")
  }

  @Test("a VM that QEMU stopped for good is ended at once, with QEMU's word for it")
  func stopped() async throws {
    let run = try ActrlRun()
    expect(
      try await run.actrl("run", "--accel", "tcg", "mute", "x", "stopped"),
      stderr: "actrl: its VM stopped before its task ran: QEMU says internal-error (64 MiB of memory, "
        + "QEMU says internal-error); its kernel said nothing\(Self.hint)", code: 125)
  }

  @Test("a boot that uses its processor without end is ended after so much of it")
  func spinning() async throws {
    let run = try ActrlRun()
    let outcome = try await run.actrl("run", "--accel", "tcg", "--boot-timeout", "1", "mute", "x", "spinning")
    #expect(outcome.stderr.hasPrefix("actrl: nothing happened in its VM for 1 s of processor time,"), "\(outcome)")
    #expect(outcome.code == 125)
  }

  @Test("a VM whose events are gone is not ended for its silence", arguments: ["true", "mkfifo", "mkdir"])
  func eventsGone(command: String) async throws {
    let run = try ActrlRun()
    let events = "state/arrow/instances/late/events.jsonl"
    expect(
      try await run.shell(
        """
        $actrl shoot --accel tcg --boot-timeout 2 late x 3; rm \(events); \(command) \(events); sleep 6
        $actrl list | awk '{ print $3 }'; $actrl rm -fa
        """), "late\nSTATE\nstarting\nlate\n")
  }

  @Test("a VM that boots late is not ended, nor one that is silent once its task runs")
  func patience() async throws {
    let run = try ActrlRun()
    expect(
      try await run.shell(
        """
        $actrl shoot --accel tcg --boot-timeout 1 mute; $actrl shoot --accel tcg --boot-timeout 0 --name silent mute x silent; sleep 4
        $actrl list | awk '{ print $3 }'; $actrl rm -fa
        """),
      """
      mute
      silent
      STATE
      running
      starting
      mute
      silent

      """)
  }
}
