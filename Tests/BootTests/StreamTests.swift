import Testing

/// The task's stdin, stdout and stderr on their way through the VM (docs/faults.md, 20).
@Suite("stdin, stdout and stderr", .needsImage)
struct StreamTests {
  @Test("stdout and stderr are kept apart, stdin ends")
  func apart() async throws {
    let end = try await Bench().shell(#"printf 'one\ntwo\n' | "$actrl" run --accel tcg probe probe stdin"#)
    #expect(end.code == 0)
    #expect(end.stdout == "one\ntwo\n")
    #expect(end.stderr == "8 bytes\n")
  }

  @Test(
    "the streams are pipes that the task and its children can open again, as any user",
    arguments: ["python", "python-user"])
  func pipes(arrow: String) async throws {
    let bench = Bench()
    try bench.write(
      """
      import os, stat, subprocess, sys
      for number, name in enumerate(("stdin", "stdout", "stderr")):
          assert stat.S_ISFIFO(os.fstat(number).st_mode) and not os.isatty(number), name
          with open("/dev/" + name, "a" if number else "r") as stream:
              if number: print(name, file=stream)
      if len(sys.argv) > 1: subprocess.run([sys.executable, "-c", sys.argv[1]], check=True)
      """, to: "look.py")
    let end = try await bench.shell(
      #"echo | "$actrl" run --accel tcg \#(arrow) python -c "$(cat look.py)" "$(cat look.py)""#)
    #expect(end.code == 0)
    #expect(end.stdout == "stdout\nstdout\n", "\(end.stderr)")
    #expect(end.stderr == "stderr\nstderr\n")
  }

  @Test("every byte value passes both ways as it is")
  func everyByte() async throws {
    let end = try await Bench().shell(
      """
      for i in $(seq 40); do printf "$(printf '\\\\%03o' $(seq 0 255))"; done >bytes
      "$actrl" run --accel tcg probe probe stdin <bytes >seen
      cmp bytes seen && wc -c <seen
      """)
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout == "10240\n")
  }

  @Test("twenty megabytes arrive whole", arguments: ["", "one-line"])
  func flood(manner: String) async throws {
    let end = try await Bench().shell(
      """
      "$actrl" run --accel tcg probe probe flood 20000000 \(manner) | sha256sum
      "$clone/.build/test-image/pieces/binary/probe/v1/bin/probe" flood 20000000 \(manner) | sha256sum
      """, limit: 120)
    let sums = end.stdout.split(separator: "\n")
    #expect(end.code == 0 && sums.count == 2 && sums.first == sums.last, "\(end.stdout)\(end.stderr)")
  }

  @Test("a reader that has gone away ends the run")
  func readerGone() async throws {
    let end = try await Bench().shell(
      #"{ "$actrl" run --accel tcg probe probe flood 100000000 || true; } | head -c 10; ended"#)
    #expect(end.code == 0, "\(end.stderr)")
    #expect(end.stdout.hasPrefix("!\"#$%&'()*"), "\(end.stdout)")
  }
}
