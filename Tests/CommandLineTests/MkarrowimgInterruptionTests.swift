import Glibc
import Testing

/// When `add` is broken off, the arrow is the old one or the new one (docs/faults.md, 6).
@Suite("Interruptions of mkarrowimg add", .needsPython, .needsSDK)
struct MkarrowimgInterruptionTests {
  /// An arrow `hello` of a first set of requirements, and a folder for a second one with C code in it.
  private func arrow() async throws -> MkarrowimgPython {
    let python = try await MkarrowimgPython()
    try python.run.write(MkarrowimgRun.spec, to: "hello/arrow_spec.json")
    try python.run.write("print('old')\n", to: "hello/server.py")
    try python.run.write("helper\n", to: "hello/requirements.txt")
    try await python.makeSources("alpha", answer: 1)
    #expect(try await python.run.shell(add("pieces")).code == 0)
    try python.run.write("print('new')\n", to: "hello/server.py")
    try python.run.write("greeting\nalpha\n", to: "hello/requirements.txt")
    return python
  }

  /// A command with a cache of its own, so that no step is skipped and each can be broken off.
  private func add(_ pieces: String) -> String {
    "XDG_CACHE_HOME=$PWD/cache TMPDIR=$PWD/temporary $mkarrowimg add \(pieces) hello --find-links wheels --no-index"
  }

  /// A hash of all files of the arrow and of the Python that it runs on.
  private func state(_ python: MkarrowimgPython, _ pieces: String = "pieces") async throws -> String {
    let seen = try await python.run.shell(
      """
      cd \(pieces)/meta && tar -c --sort=name --mtime=@0 hello | sha256sum &&
        sha256sum <hello/.venv/bin/python
      """)
    #expect(seen.code == 0, "\(seen.stderr)")
    return seen.stdout
  }

  @Test("SIGKILL at any moment leaves the old arrow or the new one, and the next add cleans up")
  func killed() async throws {
    let python = try await arrow()
    let old = try await state(python)
    // Makes the new arrow elsewhere, and measures how long that takes.
    let elsewhere = try await python.run.shell(
      """
      mkdir other temporary; cp -a pieces other/; cp -r cache saved
      start=$(date +%s%N); \(add("other/pieces")) >&2 || exit 1
      echo $((($(date +%s%N) - start) / 1000000)); rm -r cache hello/arrow.lock; cp -r saved cache
      """)
    try #require(elsewhere.code == 0, "\(elsewhere.stderr)")
    let new = try await state(python, "other/pieces")
    let whole = Int(elsewhere.stdout.split(separator: "\n")[0]) ?? 0
    var states: [String] = []
    for part in 1...7 {
      let milliseconds = whole * part / 7
      let delay = "\(milliseconds / 1000).\(String(1000 + milliseconds % 1000).dropFirst())"
      // Kills mkarrowimg alone, so that its pip has no parent, or also all that it has started.
      let alone = part % 2 == 0 ? "--foreground" : ""
      // The cache is put back, else the next one would not do again what this one has done.
      let outcome = try await python.run.shell(
        "rm -rf cache; cp -r saved cache; timeout \(alone) -s KILL \(delay) env \(add("pieces"))")
      if outcome.code == 0 { break }
      states.append(try await state(python))
      #expect(states.last == old || states.last == new, "killed after \(delay) s")
      if states.last == new { break }
    }
    #expect(states.contains(old))
    // What an `add` of another set leaves when it is killed at the worst moment.
    try python.run.write([], to: "pieces/binary/.python-0123456789abcdef.lock")
    try python.run.write([], to: "pieces/binary/.python-0123456789abcdef.7.tmp/v3.13.5/bin/python")
    let last = try await python.run.shell(add("pieces"))
    #expect(last.code == 0, "\(last.stderr)")
    #expect(try await state(python) == new)
    try expectNothingLeft(python)
  }

  @Test("SIGINT and SIGTERM leave the old arrow and no temporary file", arguments: ["INT", "TERM"])
  func interrupted(signal: String) async throws {
    let python = try await arrow()
    let old = try await state(python)
    // The signal comes while pip builds C code.
    let outcome = try await python.run.shell(
      """
      mkdir temporary; env --default-signal \(add("pieces")) & add=$!
      until ls -d pieces/meta/.hello.*.tmp/.work/temporary/pip-* >/dev/null 2>&1; do sleep 0.01; done
      kill -\(signal) $add
      wait $add
      """)
    let numbers = ["INT": SIGINT, "TERM": SIGTERM]
    #expect(outcome.code == 128 + (numbers[signal] ?? 0))
    #expect(try await state(python) == old)
    try expectNothingLeft(python)
  }

  private func expectNothingLeft(_ python: MkarrowimgPython, _ place: SourceLocation = #_sourceLocation) throws {
    #expect(try python.run.names("pieces/meta") == [".hello.added", "hello", "python-web"], sourceLocation: place)
    #expect(
      try python.run.names("pieces/binary").filter { $0.hasPrefix(".") } == [], sourceLocation: place)
    #expect(try python.run.names("temporary") == [], sourceLocation: place)
    // A lock of finished work, which nobody holds, may stay: it is an empty file.
    for folder in try python.run.names("cache/arrow") where folder != "pip" {
      let left = try python.run.names("cache/arrow/\(folder)").filter { $0.hasPrefix(".") && !$0.hasSuffix(".lock") }
      #expect(left == [], sourceLocation: place)
    }
  }
}
