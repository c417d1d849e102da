import Glibc
import Testing

@Suite("what actrl refuses, in which words and with which exit code")
struct ActrlErrorTests {
  /// Nothing on stdout, exactly this on stderr, no instance and no process left.
  private func expectRefusal(
    _ arguments: [String], code: Int32 = 125, _ stderr: String, _ place: SourceLocation = #_sourceLocation
  ) async throws {
    let run = try ActrlRun()
    let outcome = try await run.actrl(arguments)
    #expect(outcome == .init(stdout: "", stderr: stderr + "\n", code: code), sourceLocation: place)
    #expect(try run.instances().isEmpty, sourceLocation: place)
    #expect(try run.processes().isEmpty, sourceLocation: place)
  }

  @Test("an unknown option of run, with the one that was meant")
  func unknownOption() async throws {
    try await expectRefusal(
      ["run", "--memry", "64m", "job"],
      """
      actrl: error: Unknown option '--memry'. Did you mean '--memory'?
      Usage: actrl run [OPTION…] [ARROW [COMMAND ARG…]]
        See 'actrl run --help' for more information.
      """)
  }

  @Test("an option without its value")
  func missingValue() async throws {
    try await expectRefusal(
      ["shoot", "--memory"],
      """
      actrl: error: Missing value for '--memory <size>'
      Help:  --memory <size>  Memory of the VM, as 64m or 1g.
      Usage: actrl shoot [OPTION…] [ARROW [COMMAND ARG…]]
        See 'actrl shoot --help' for more information.
      """)
  }

  @Test("an option behind the arrow's name, where a command is expected")
  func lateOption() async throws {
    try await expectRefusal(
      ["shoot", "web", "--wait"],
      """
      actrl: error: '--wait' stands behind the arrow's name, where the task's command is expected; options go before it
      Usage: actrl shoot [OPTION…] [ARROW [COMMAND ARG…]]
        See 'actrl shoot --help' for more information.
      """)
  }

  @Test("an unknown command")
  func unknownCommand() async throws {
    try await expectRefusal(
      ["shot", "web"],
      """
      actrl: error: 2 unexpected arguments: 'shot', 'web'
      Usage: actrl <subcommand>
        See 'actrl --help' for more information.
      """)
  }

  @Test("an arrow that is not there: 127 and the one that was meant", arguments: ["shoot", "run"])
  func unknownArrow(command: String) async throws {
    try await expectRefusal(
      [command, "wbe"], code: 127,
      """
      actrl: error: there is no arrow "wbe" in HERE/image
        hint: did you mean "web"?
      """)
  }

  @Test("an arrow that is like none: 127 and the list of all")
  func unlikeArrow() async throws {
    try await expectRefusal(
      ["run", "something-else"], code: 127,
      """
      actrl: error: there is no arrow "something-else" in HERE/image
        hint: known: broken, cat, deaf, failed, flood, gone, hog, job, late, mute, panic, refused, stubborn, web
      """)
  }

  @Test("no image")
  func noImage() async throws {
    try await expectRefusal(
      ["run", "--image", "none", "job"],
      """
      actrl: error: there is no image none
        hint: mkarrowimg build PIECES -o none makes one
      """)
    let run = try ActrlRun()
    let outcome = try await run.shell("unset ARROW_IMAGE; $actrl run job")
    #expect(
      outcome
        == .init(
          stdout: "",
          stderr: """
            actrl: error: there is no Arrow image in ./out
              hint: make one with mkarrowimg build, or name one with --image

            """, code: 125))
  }

  @Test("QEMU is not installed")
  func noQemu() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell("PATH=$HOME; $actrl run job")
    #expect(
      outcome
        == .init(
          stdout: "",
          stderr: """
            actrl: error: qemu-system-x86_64 is not installed
              hint: apt-get install qemu-system-x86

            """, code: 125))
  }

  @Test("no home and no state folder")
  func noState() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell("unset HOME XDG_STATE_HOME; $actrl list")
    #expect(
      outcome
        == .init(
          stdout: "",
          stderr: """
            actrl: error: neither XDG_STATE_HOME nor HOME says where to keep state
              hint: export HOME

            """, code: 125))
  }

  @Test("a state folder that can't be made")
  func unwritableState() async throws {
    let run = try ActrlRun()
    // /proc is read-only for everybody, root too.
    let outcome = try await run.shell("XDG_STATE_HOME=/proc/state $actrl run --accel tcg job")
    #expect(
      outcome
        == .init(
          stdout: "",
          stderr: """
            actrl: error: cannot make /proc/state: No such file or directory
              hint: set XDG_STATE_HOME to a folder of yours

            """, code: 125))
  }

  @Test(
    "values that mean nothing",
    arguments: [
      (["-m", "lots"], "\"lots\" is not a memory size", "a number and b, k, m or g, as in -m 64m"),
      (["-m", "1m"], "1m of memory is out of range", "from 16m to 1024g"),
      (
        ["-p", "8080:"], "-p 8080: is not a port mapping",
        "[[HOST_ADDRESS:]HOST_PORT:]PORT[/tcp|udp], as in -p 3009:8080"
      ),
      (["-p", "70000:80"], "-p 70000:80: port 70000 is out of range", "ports go from 0 to 65535"),
      (["-p", "80/tpc"], "-p 80/tpc: \"tpc\" is not a protocol", "did you mean \"tcp\"?"),
      (["-p", "[::1]:80:80"], "-p [::1]:80:80: QEMU's user network forwards IPv4 addresses only", "-p 8080:8080"),
      (["-p", "lo:80:80"], "-p lo:80:80: \"lo\" is not an IPv4 address", "0.0.0.0 means every address of the host"),
      (["-p", "8080", "--network", "none"], "a port can't be published without a network", "leave out -p"),
      (["-v", "none:data"], "there is no volume none", "make one: truncate -s 64M none && mkfs.ext4 -q none"),
      (
        ["-v", "image:/data"], "-v image:/data: the arrow's spec says where a volume is mounted",
        "-v image:NAME, NAME as the spec's mount has it for \"source\""
      ), (["-v", "image:x", "-v", "bin:x"], "there are two volumes \"x\"", "\"pieces\" is the image's"),
      (["--cpus", "0"], "a VM can't have 0 processors", "from 1 to 64"),
      (["--name", "a/b"], "\"a/b\" can't be an instance's name", "letters, digits, '_', '.' and '-'"),
      (["--name", "../x"], "\"../x\" can't be an instance's name", "letters, digits, '_', '.' and '-'"),
      (["--name", ""], "\"\" can't be an instance's name", "letters, digits, '_', '.' and '-'"),
    ])
  func badValue(options: [String], message: String, hint: String) async throws {
    try await expectRefusal(
      ["run", "--accel", "tcg"] + options + ["web"], "actrl: error: \(message)\n  hint: \(hint)")
  }

  @Test("a file of variables that is not there")
  func noEnvironmentFile() async throws {
    try await expectRefusal(
      ["run", "--env-file", "none", "job"], "actrl: error: cannot read none: No such file or directory")
  }

  @Test("what arrow-init would refuse is refused before there is a VM")
  func badOverride() async throws {
    let outcome = try await ActrlRun().actrl("run", "-e", "=x", "job")
    #expect(outcome.stderr.hasPrefix("actrl: error: what the command line overrides is not valid: "))
    #expect(outcome.code == 125)
  }

  @Test("KVM where it can't be")
  func noKVM() async throws {
    let run = try ActrlRun()
    let outcome = try await run.actrl("run", "--accel", "kvm", "job")
    // Where it can be, the trial's QEMU is a fake: it doesn't boot.
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

  @Test("a terminal where there is none")
  func noTerminal() async throws {
    try await expectRefusal(
      ["run", "--accel", "tcg", "-t", "job"],
      """
      actrl: error: stdin is not a terminal
        hint: -t is for terminals only
      """)
  }

  @Test("QEMU does not start: its own words")
  func brokenQemu() async throws {
    for command in ["shoot", "run"] {
      try await expectRefusal(
        [command, "--accel", "tcg", "broken"],
        "actrl: error: QEMU says: qemu-system-x86_64: -machine microvm: nothing works today")
    }
  }

  @Test("the guest's kernel panics")
  func panic() async throws {
    try await expectRefusal(
      ["run", "--accel", "tcg", "panic"],
      """
      actrl: error: the guest's kernel panicked: Kernel panic - not syncing: No working init found.
        hint: --debug shows what came before
      """)
  }

  @Test(
    "no instance", arguments: ["logs", "inspect"])
  func noInstance(command: String) async throws {
    try await expectRefusal([command], "actrl: error: there is no instance\n  hint: actrl shoot ARROW starts one")
    try await expectRefusal([command, "x"], "actrl: error: there is no instance \"x\"\n  hint: there is none")
  }

  @Test("no instance that runs", arguments: ["stop", "kill", "attach"])
  func nothingRuns(command: String) async throws {
    try await expectRefusal(
      [command], "actrl: error: no instance is running\n  hint: actrl list shows those that have ended")
  }

  @Test("an instance that has ended can't be attached to")
  func attachToEnded() async throws {
    let run = try ActrlRun()
    _ = try await run.actrl("run", "--accel", "tcg", "--keep", "job")
    #expect(
      try await run.actrl("attach", "job")
        == .init(
          stdout: "",
          stderr: "actrl: error: job is not running\n  hint: actrl logs job shows what it said\n", code: 125))
    #expect(
      try await run.actrl("kill", "-s", "HUP", "job")
        == .init(stdout: "", stderr: "actrl: error: job is not running\n", code: 125))
  }

  @Test("an unknown signal")
  func unknownSignal() async throws {
    try await expectRefusal(
      ["kill", "-s", "SIGTREM"], "actrl: error: \"SIGTREM\" is not a signal\n  hint: did you mean \"SIGTERM\"?")
  }

  @Test("rm without a name, and with too much")
  func removeWhat() async throws {
    let usage = """

      Usage: actrl rm [--force] [--all] [<instance> ...]
        See 'actrl rm --help' for more information.
      """
    try await expectRefusal(["rm"], "actrl: error: Which instance? A name, or --all" + usage)
    try await expectRefusal(["rm", "--all", "x"], "actrl: error: Either names or --all" + usage)
  }

  @Test("doctor: what is missing is an error and 125")
  func doctor() async throws {
    let run = try ActrlRun()
    let healthy = try await run.shell("$actrl doctor | sed '/KVM/,/hint/d'")
    #expect(
      healthy
        == .init(
          stdout: """
            ok       QEMU emulator version 0.0.0 (fake): HERE/bin/qemu-system-x86_64
            ok       image HERE/image: \
            broken, cat, deaf, failed, flood, gone, hog, job, late, mute, panic, refused, stubborn, web
            ok       state in HERE/state/arrow/instances

            """, stderr: "", code: 0))
    let ill = try await run.shell("PATH=$HOME; $actrl doctor --image none")
    #expect(
      ill
        == .init(
          stdout: """
            error    qemu-system-x86_64 is not installed
                       hint: apt-get install qemu-system-x86
            error    there is no image none
                       hint: mkarrowimg build PIECES -o none makes one
            ok       state in HERE/state/arrow/instances

            """, stderr: "", code: 125))
  }
}
