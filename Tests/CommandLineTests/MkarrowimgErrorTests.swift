import Testing

/// What mkarrowimg says, and its exit code, when it refuses something.
@Suite("Errors of mkarrowimg")
struct MkarrowimgErrorTests {
  @Test("a wrong flag is refused")
  func wrongFlag() async throws {
    expect(
      try await MkarrowimgRun().mkarrowimg("build", "pieces", "-o", "out", "--defualt", "x"),
      stderr: """
        mkarrowimg: error: Unknown option '--defualt'. Did you mean '--default'?
        Usage: mkarrowimg build <pieces> --output <out> [--default <arrow>] [--kernel <file>] [--init <file>] [--verity] [--verbose]
          See 'mkarrowimg build --help' for more information.

        """, code: 2)
  }

  @Test("a missing argument is named")
  func missingArgument() async throws {
    expect(
      try await MkarrowimgRun().mkarrowimg("build", "-o", "out"),
      stderr: """
        mkarrowimg: error: Missing expected argument '<pieces>'
        Help:  <pieces>  The folder with binary/, meta/ and share/.
        Usage: mkarrowimg build <pieces> --output <out> [--default <arrow>] [--kernel <file>] [--init <file>] [--verity] [--verbose]
          See 'mkarrowimg build --help' for more information.

        """, code: 2)
  }

  @Test(
    "an empty path or name is refused with the option's name",
    arguments: [
      (["build", "pieces", "-o", ""], "-o"), (["build", "", "-o", "out"], "PIECES"),
      (["build", "pieces", "-o", "out", "--kernel", ""], "--kernel"), (["add", "pieces", ""], "APP"),
      (["add", "pieces", "app", "--find-links", ""], "--find-links"), (["inspect", ""], "OUT"),
      (["check", ""], "SPEC"),
      (["new", ""], "NAME"), (["binary", "add", "pieces", ""], "PATH"),
      (["build", "--output=", "pieces"], "--output"), (["add", "--name=", "pieces", "app"], "--name"),
    ])
  func empty(words: [String], option: String) async throws {
    let line = words.map { "'\($0)'" }.joined(separator: " ")
    let outcome = try await MkarrowimgRun().shell("$mkarrowimg \(line)")
    #expect(outcome.code == 2)
    #expect(outcome.stderr.hasPrefix("mkarrowimg: error: \(option) is empty\n"), "\(outcome.stderr)")
  }

  @Test(
    "SOURCE_DATE_EPOCH that no file can be dated is refused", arguments: ["", "1", "12x", "4354819200", "-1", "1e9"])
  func sourceDate(value: String) async throws {
    let run = try MkarrowimgRun()
    expect(
      try await run.shell("SOURCE_DATE_EPOCH='\(value)' $build pieces -o out"),
      stderr: """
        mkarrowimg: error: SOURCE_DATE_EPOCH is "\(value)", and not a number of seconds from 315532800 to 4354819199
          hint: files can be dated 1980 to 2107, as in ZIP archives; unset SOURCE_DATE_EPOCH for a date of our own

        """, code: 2)
    #expect(try !run.names().contains("out"))
  }

  @Test("an unknown subcommand is refused")
  func unknownCommand() async throws {
    expect(
      try await MkarrowimgRun().mkarrowimg("biuld"),
      stderr: """
        mkarrowimg: error: Unexpected argument 'biuld'
        Usage: mkarrowimg <subcommand>
          See 'mkarrowimg --help' for more information.

        """, code: 2)
  }

  @Test("inspect refuses a folder that is no image")
  func noImage() async throws {
    let run = try MkarrowimgRun()
    expect(
      try await run.mkarrowimg("inspect", "pieces"),
      stderr: """
        mkarrowimg: error: pieces is not an Arrow image: it has no image.json
          hint: mkarrowimg build makes images

        """, code: 1)
    expect(
      try await run.mkarrowimg("inspect", "none"),
      stderr: """
        mkarrowimg: error: there is no image none
          hint: mkarrowimg build PIECES -o none makes one

        """, code: 1)
  }

  @Test("build refuses a folder that is not there")
  func noPieces() async throws {
    expect(
      try await MkarrowimgRun().mkarrowimg("build", "none", "-o", "out"),
      stderr: """
        mkarrowimg: error: there is no pieces folder none
          hint: it holds binary/NAME/VERSION and meta/ARROW; make image makes one in .build/pieces

        """, code: 1)
  }

  @Test("build writes nothing when a spec has a typo")
  func typo() async throws {
    let run = try MkarrowimgRun()
    let spec = MkarrowimgRun.spec.replacing("\"export\"", with: "\"exprot\"")
    try run.write(spec, to: "pieces/meta/python-web/arrow_spec.json")
    expect(
      try await run.build(),
      stderr: """
        pieces/meta/python-web/arrow_spec.json:13:3: error: the spec has an unknown key "exprot"
          hint: did you mean "export"?

        """, code: 1)
    #expect(try run.names() == ["arrow-init", "kernel", "pieces"])
  }

  @Test("build refuses a default arrow that is not there")
  func unknownDefault() async throws {
    expect(
      try await MkarrowimgRun().build("--default", "pyhton-web"),
      stderr: """
        mkarrowimg: error: the default arrow "pyhton-web" is not in the pieces
          hint: did you mean "python-web"?

        """, code: 1)
  }

  @Test("build names a missing kernel")
  func noKernel() async throws {
    expect(
      try await MkarrowimgRun().mkarrowimg("build", "pieces", "-o", "out", "--kernel", "none"),
      stderr: """
        mkarrowimg: error: there is no kernel none

        """, code: 1)
  }

  @Test("build leaves a file in the place of its output as it is")
  func overFile() async throws {
    let run = try MkarrowimgRun()
    try run.write("precious", to: "out")
    expect(
      try await run.build(),
      stderr: """
        mkarrowimg: error: the output out is a file; it is left as it is
          hint: remove it, or give -o another name

        """, code: 2)
    #expect(try run.text("out") == "precious")
  }
}
