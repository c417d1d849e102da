import TestSupport
import Testing

/// A refused command line leaves no instance and no process.
@Suite("Command lines that actrl refuses")
struct ActrlUsageTests {
  @Test("an unknown option is refused, with the one that was meant")
  func unknownOption() async throws {
    try await expectRefusal(
      ["run", "--memry", "64m", "job"],
      """
      actrl: error: Unknown option '--memry'. Did you mean '--memory'?
      Usage: actrl run [OPTION…] [ARROW [COMMAND ARG…]]
        See 'actrl run --help' for more information.
      """)
  }

  @Test("an option without its value is refused")
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

  @Test("an option behind the arrow's name is refused")
  func lateOption() async throws {
    try await expectRefusal(
      ["shoot", "web", "--wait"],
      """
      actrl: error: '--wait' stands behind the arrow's name, where the task's command is expected; options go before it
      Usage: actrl shoot [OPTION…] [ARROW [COMMAND ARG…]]
        See 'actrl shoot --help' for more information.
      """)
  }

  @Test("an unknown command is refused")
  func unknownCommand() async throws {
    try await expectRefusal(
      ["shot", "web"],
      """
      actrl: error: 2 unexpected arguments: 'shot', 'web'
      Usage: actrl <subcommand>
        See 'actrl --help' for more information.
      """)
  }

  @Test(
    "a value that means nothing is named, with what would do",
    arguments: [
      (["-m", "lots"], "\"lots\" is not a memory size", "a number and b, k, m or g, as in -m 64m"),
      (["-m", "1m"], "1m of memory is too little: this image boots with 1 processor from 17m on", "try -m 57m"),
      (["-m", "1"], "1 of memory is less than 1 MiB", "the unit is a letter, as in -m 64m"),
      (["-m", "2000g"], "2000g of memory is more than a VM can have", "at most 1024g"),
      (
        ["-p", "8080:"], "-p 8080: is not a port mapping",
        "[[HOST_ADDRESS:]HOST_PORT:]PORT[/tcp|udp], as in -p 3009:8080"
      ),
      (["-p", "70000:80"], "-p 70000:80: port 70000 is out of range", "ports go from 0 to 65535"),
      (["-p", "80/tpc"], "-p 80/tpc: \"tpc\" is not a protocol", "did you mean \"tcp\"?"),
      (["-p", "[::1]:80:80"], "-p [::1]:80:80: QEMU's user network forwards IPv4 addresses only", "-p 8080:8080"),
      (["-p", "lo:80:80"], "-p lo:80:80: \"lo\" is not an IPv4 address", "0.0.0.0 means every address of the host"),
      (["-p", "8080", "--network", "none"], "a port can't be published without a network", "leave out -p"),
      (
        ["--host-loopback", "--network", "none"], "the host can't be reached without a network",
        "leave out --host-loopback"
      ),
      (
        ["--add-host", "gw:host-gateway", "--network", "none"],
        "--add-host gw:host-gateway: the host can't be reached without a network", "leave it out, or --network none"
      ), (["--add-host", "db"], "--add-host db is not NAME:ADDRESS", "as in --add-host db:192.0.2.7"),
      (
        ["--add-host", "my_db:192.0.2.7"], "--add-host my_db:192.0.2.7: \"my_db\" is not a host name",
        "letters, digits, '-' and '.', at most 253 of them"
      ), (["-v", "none:data"], "there is no volume none", "make one: truncate -s 64M none && mkfs.ext4 -q none"),
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

  @Test("a missing file of variables is named")
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

  @Test("-t is refused where there is no terminal")
  func noTerminal() async throws {
    try await expectRefusal(
      ["run", "--accel", "tcg", "-t", "job"],
      """
      actrl: error: stdin is not a terminal
        hint: -t is for terminals only
      """)
  }

  @Test("an unknown signal is refused, with the one that was meant")
  func unknownSignal() async throws {
    try await expectRefusal(
      ["kill", "-s", "SIGTREM"], "actrl: error: \"SIGTREM\" is not a signal\n  hint: did you mean \"SIGTERM\"?")
  }

  @Test("rm takes either names or --all")
  func removeWhat() async throws {
    let usage = """

      Usage: actrl rm [--force] [--all] [<instance> ...]
        See 'actrl rm --help' for more information.
      """
    try await expectRefusal(["rm"], "actrl: error: Which instance? A name, or --all" + usage)
    try await expectRefusal(["rm", "--all", "x"], "actrl: error: Either names or --all" + usage)
  }

  @Test(
    "an empty path is refused with the option's name",
    arguments: [
      (["shoot", "--image", "", "web"], "--image"), (["run", "--env-file", "", "web"], "--env-file"),
      (["shoot", "--record-seccomp", "", "web"], "--record-seccomp"),
      (["doctor", "--image", ""], "--image"), (["run", "-e", "", "web"], "--env"),
      // The parser would take the arrow for the value.
      (["run", "--name=", "web"], "--name"), (["shoot", "--record-seccomp=", "web"], "--record-seccomp"),
      (["run", "--env-file=", "web"], "--env-file"), (["run", "-m=", "web"], "-m"),
    ])
  func empty(words: [String], option: String) async throws {
    let outcome = try await ActrlRun().actrl(words)
    #expect(outcome.code == 125)
    #expect(outcome.stderr.hasPrefix("actrl: error: \(option) is empty\n"), "\(outcome.stderr)")
  }

  @Test("words with = and nothing behind it are the task's, and QEMU's")
  func emptyWords() async throws {
    for words in [["job", "x", "--x=", "3"], ["--qemu-arg", "--x=", "job", "x", "3"], ["--", "job", "--x=", "3"]] {
      #expect(try await ActrlRun().actrl(["run", "--accel", "tcg"] + words).code == 3)
    }
  }
}
