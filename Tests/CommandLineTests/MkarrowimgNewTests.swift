import Testing

@Suite("mkarrowimg new")
struct MkarrowimgNewTests {
  @Test(
    "the spec of a new project is right",
    arguments: [
      ("script", "arrow_spec.json, main.py"), ("http", "arrow_spec.json, server.py"),
      ("flask", "app.py, arrow_spec.json, requirements.txt"), ("asyncio", "arrow_spec.json, worker.py"),
    ])
  func templates(template: String, files: String) async throws {
    let run = try MkarrowimgRun()
    let outcome = try await run.mkarrowimg("new", "hello", "--template", template)
    expect(
      outcome,
      """
      hello: \(files)
      now:
        mkarrowimg add PIECES hello
        mkarrowimg build PIECES -o out
        actrl run hello

      """)
    #expect(try run.names("hello").joined(separator: ", ") == files)
    #expect(try await run.mkarrowimg("check", "hello").stdout == "hello: ok\n")
    #expect(try run.names() == ["arrow-init", "hello", "kernel", "pieces"])
  }

  @Test("existing files are left as they are, and a name that an arrow can't have is refused")
  func refusals() async throws {
    let run = try MkarrowimgRun()
    expect(
      try await run.mkarrowimg("new", "pieces"),
      stderr: """
        mkarrowimg: error: pieces is there already; it is left as it is
          hint: choose another name

        """, code: 1)
    expect(
      try await run.mkarrowimg("new", ".hidden"),
      stderr: "mkarrowimg: error: an arrow can't be called \".hidden\": the name begins with a dot\n", code: 1)
    expect(
      try await run.mkarrowimg("new", "hello", "--template", "djano"),
      stderr: """
        mkarrowimg: error: The value 'djano' is invalid for '--template <template>'. Please provide one of 'script', 'http', 'flask' or 'asyncio'.
        Help:  --template <template>  The kind of project.
        Usage: mkarrowimg new <name> [--template <template>]
          See 'mkarrowimg new --help' for more information.

        """, code: 2)
  }

  @Test("the script of a new project runs as it is", .needsPython)
  func runs() async throws {
    let python = try await MkarrowimgPython()
    #expect(try await python.run.mkarrowimg("new", "hello").code == 0)
    let added = try await python.add("hello")
    expect(
      added,
      "pieces/meta/hello: 0 packages, in N s\n")
    let said = try await python.run.shell("pieces/binary/python/v3.13.5/bin/python -B pieces/meta/hello/main.py")
    #expect(said.stdout.hasPrefix("hello from Python 3.13"))
  }
}
