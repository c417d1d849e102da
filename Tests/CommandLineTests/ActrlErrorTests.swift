import TestSupport
import Testing

/// What actrl says, and its exit code, when something is missing or fails.
@Suite("Errors of actrl")
struct ActrlErrorTests {
  @Test("an arrow that is not there is 127, with the one that was meant", arguments: ["shoot", "run"])
  func unknownArrow(command: String) async throws {
    try await expectRefusal(
      [command, "wbe"], code: 127,
      """
      actrl: error: there is no arrow "wbe" in HERE/image
        hint: did you mean "web"?
      """)
  }

  @Test("an arrow that is like none is 127, with the list of all")
  func unlikeArrow() async throws {
    try await expectRefusal(
      ["run", "something-else"], code: 127,
      """
      actrl: error: there is no arrow "something-else" in HERE/image
        hint: known: broken, cat, deaf, failed, flood, gone, hog, job, late, mute, panic, refused, stubborn, web
      """)
  }

  @Test("a missing image is named, with how to make one")
  func noImage() async throws {
    try await expectRefusal(
      ["run", "--image", "none", "job"],
      """
      actrl: error: there is no image none
        hint: mkarrowimg build PIECES -o none makes one
      """)
    let run = try ActrlRun()
    let outcome = try await run.shell("unset ARROW_IMAGE; $actrl run job")
    expect(
      outcome,
      stderr: """
        actrl: error: there is no Arrow image in ./out
          hint: make one with mkarrowimg build, or name one with --image

        """, code: 125)
  }

  @Test("a missing QEMU is named, with its package")
  func noQemu() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell("PATH=$HOME; $actrl run job")
    expect(
      outcome,
      stderr: """
        actrl: error: qemu-system-x86_64 is not installed
          hint: apt-get install qemu-system-x86

        """, code: 125)
  }

  @Test("without a home and a state folder actrl says what to export")
  func noState() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell("unset HOME XDG_STATE_HOME; $actrl list")
    expect(
      outcome,
      stderr: """
        actrl: error: neither XDG_STATE_HOME nor HOME says where to keep state
          hint: export HOME

        """, code: 125)
  }

  @Test("a state folder that can't be made is named")
  func unwritableState() async throws {
    let run = try ActrlRun()
    // Nobody can make a folder in /proc, not even root.
    let outcome = try await run.shell("XDG_STATE_HOME=/proc/state $actrl run --accel tcg job")
    expect(
      outcome,
      stderr: """
        actrl: error: cannot make /proc/state: No such file or directory
          hint: set XDG_STATE_HOME to a folder of yours

        """, code: 125)
  }

  @Test("--accel kvm is refused where KVM can't be used")
  func noKVM() async throws {
    let run = try ActrlRun()
    let outcome = try await run.actrl("run", "--accel", "kvm", "job")
    // On a machine with KVM the trial fails, because the fake QEMU doesn't boot.
    #expect(outcome.stderr.hasPrefix("actrl: error: KVM can't be used: "), "\(outcome.stderr)")
    #expect(outcome.stderr.hasSuffix("\n  hint: --accel tcg runs everywhere, slower\n"), "\(outcome.stderr)")
    #expect(outcome.code == 125)
  }

  @Test("the reason for TCG is told once")
  func reasonOnce() async throws {
    let run = try ActrlRun()
    let first = try await run.actrl("run", "job")
    let second = try await run.actrl("run", "job")
    #expect(first.stderr.hasPrefix("actrl: no KVM ("), "\(first.stderr)")
    #expect(first.stderr.hasSuffix("): emulating with TCG, which is slower\nerr\n"), "\(first.stderr)")
    #expect(second.stderr == "err\n")
  }

  @Test(
    "a cache folder that is empty or relative is passed over, as the XDG specification has it", arguments: ["", "x"])
  func cacheFolder(folder: String) async throws {
    let run = try ActrlRun()
    #expect(
      try await run.shell("XDG_CACHE_HOME='\(folder)' $actrl run job 2>&1; ls .cache/arrow").stdout.hasSuffix(
        "\nacceleration\n"))
  }

  @Test("a command line that no record can hold is refused before the start")
  func longCommand() async throws {
    let run = try ActrlRun()
    expect(
      try await run.shell(
        "x=$(head -c 130000 /dev/zero | tr '\\0' x); $actrl shoot --accel tcg --qemu-arg $x --qemu-arg $x --qemu-arg $x job"
      ),
      stderr: """
        actrl: error: the VM's command line is too long to be recorded
          hint: give fewer or shorter --qemu-arg

        """, code: 125)
    try run.expectNothingLeft()
  }

  @Test("the names of refused calls move no cursor")
  func harmless() async throws {
    let run = try ActrlRun()
    let events = "state/arrow/instances/mute/events.jsonl"
    let outcome = try await run.shell(
      """
      $actrl run --accel tcg --name mute mute >/dev/null 2>said & run=$!
      until grep -qs booted \(events); do sleep 0.01; done
      printf '{"event":"seccomp","syscall":"\\\\u001b[31m"}\\n' >>\(events)
      $actrl stop mute >/dev/null; wait $run; cat -v said
      """)
    expect(outcome, "actrl: the seccomp filter refused:  [31m\n")
  }

  @Test("a QEMU that does not start is quoted")
  func brokenQemu() async throws {
    for command in ["shoot", "run"] {
      try await expectRefusal(
        [command, "--accel", "tcg", "broken"],
        "actrl: error: QEMU says: qemu-system-x86_64: -machine microvm: nothing works today")
    }
  }

  @Test("a panic of the guest's kernel is quoted")
  func panic() async throws {
    try await expectRefusal(
      ["run", "--accel", "tcg", "panic"],
      """
      actrl: error: the guest's kernel panicked: Kernel panic - not syncing: No working init found.
        hint: --debug shows what came before
      """)
  }

  @Test(
    "logs and inspect say that there is no instance", arguments: ["logs", "inspect"])
  func noInstance(command: String) async throws {
    try await expectRefusal([command], "actrl: error: there is no instance\n  hint: actrl shoot ARROW starts one")
    try await expectRefusal([command, "x"], "actrl: error: there is no instance \"x\"\n  hint: there is none")
  }

  @Test(
    "a profile is recorded into a file and nothing else, which is known before the run",
    arguments: ["mkdir", "mkfifo", "ln -s /dev/null"])
  func recordIntoFolder(command: String) async throws {
    let run = try ActrlRun()
    expect(
      try await run.shell("\(command) profile; $actrl shoot --accel tcg --record-seccomp profile job"),
      stderr: """
        actrl: error: cannot write profile: it is there and no file
          hint: name a file, in a folder of yours

        """, code: 125)
    try run.expectNothingLeft()
  }

  @Test("stop, kill and attach say that no instance is running", arguments: ["stop", "kill", "attach"])
  func nothingRuns(command: String) async throws {
    try await expectRefusal(
      [command], "actrl: error: no instance is running\n  hint: actrl list shows those that have ended")
  }

  @Test("an instance that has ended can be neither attached to nor signalled")
  func attachToEnded() async throws {
    let run = try ActrlRun()
    _ = try await run.actrl("run", "--accel", "tcg", "--keep", "job")
    expect(
      try await run.actrl("attach", "job"),
      stderr: "actrl: error: job is not running\n  hint: actrl logs job shows what it said\n", code: 125)
    expect(
      try await run.actrl("kill", "-s", "HUP", "job"),
      stderr: "actrl: error: job is not running\n", code: 125)
  }
}
