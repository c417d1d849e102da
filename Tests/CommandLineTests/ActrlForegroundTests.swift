import Testing

/// `actrl run`: the task's streams and exit code are actrl's.
@Suite("actrl run")
struct ActrlForegroundTests {
  @Test("stdout, stderr and the exit code of run are the task's, and nothing stays")
  func runs() async throws {
    let run = try ActrlRun()
    expect(try await run.actrl("run", "--accel", "tcg", "job", "x", "7"), "out\n", stderr: "err\n", code: 7)
    try run.expectNothingLeft()
  }

  @Test("run without a name takes the image's default arrow")
  func runsDefault() async throws {
    expect(try await ActrlRun().actrl("run", "--accel", "tcg"), "out\n", stderr: "err\n")
  }

  @Test("run --keep keeps the instance for logs and inspect")
  func keeps() async throws {
    let run = try ActrlRun()
    _ = try await run.actrl("run", "--accel", "tcg", "--keep", "--name", "kept", "job", "x", "3")
    expect(try await run.actrl("list"), "NAME   ARROW   STATE        PORTS   UPTIME\nkept   job     exited (3)\n")
    expect(try await run.actrl("logs"), "out\n", stderr: "err\n")
    expect(try await run.actrl("logs", "--stderr"), "err\n")
    expect(
      try await run.actrl("logs", "--events", "kept"),
      """
      {"event": "booted", "arrow": "job"}
      {"event": "output", "stdout": 4, "stderr": 4}
      {"event": "exited", "code": 3, "reason": "exited"}

      """)
    expect(try await run.actrl("rm", "kept"), "kept\n")
    try run.expectNothingLeft()
  }

  @Test("-e takes a value, the host's value or a file, and the last of a name wins")
  func environment() async throws {
    let run = try ActrlRun()
    try run.write("# why\nA=file\n\nB=file\nHOST\n", to: "file")
    let outcome = try await run.shell("HOST=mine $actrl run --accel tcg --env-file file -e B=option -e NONE -e C= job")
    expect(outcome, "out\nA=file\nHOST=mine\nB=option\nC=\n", stderr: "err\n")
  }

  @Test("run passes stdin on, to its end, and every byte of it")
  func stdin() async throws {
    let run = try ActrlRun()
    let outcome = try await run.shell(
      "head -c 3000000 /dev/urandom >bytes; $actrl run --accel tcg cat <bytes >seen; cmp bytes seen && echo same")
    expect(outcome, "same\n")
    expect(try await run.shell("$actrl run --accel tcg cat <&-"))
  }

  @Test("a reader that stops does not lose output, and one that leaves ends the task")
  func readers() async throws {
    let run = try ActrlRun()
    expect(try await run.shell("$actrl run --accel tcg flood x 100 | (sleep 1; wc -c)"), "6553600\n")
    expect(try await run.shell("$actrl run --accel tcg flood x 100 | head -c 5; echo ${PIPESTATUS[1]}"), "xxxxx0\n")
    let full = try await run.shell("$actrl run --accel tcg flood x 100 >/dev/full")
    #expect(
      full.stderr.wholeMatch(
        of: #/actrl: error: cannot write the task's output: .*\n  hint: the task itself ended with (0|143)\n/#) != nil,
      "\(full.stderr)")
    #expect(full.code == 125)
    try run.expectNothingLeft()
  }

  @Test("run says why the task was killed")
  func remarks() async throws {
    let run = try ActrlRun()
    expect(
      try await run.actrl("run", "--accel", "tcg", "hog"),
      stderr: "actrl: the task was killed: its VM's 64 MiB of memory are full\n  hint: give it more with -m\n",
      code: 137)
    expect(
      try await run.actrl("run", "--accel", "tcg", "refused"),
      stderr: "actrl: the task was killed by its seccomp filter: mount\n", code: 159)
    expect(
      try await run.actrl("run", "--accel", "tcg", "failed"), stderr: "actrl: no such command: \"x\"\n", code: 127)
  }
}
