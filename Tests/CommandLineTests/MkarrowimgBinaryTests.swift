import TestSupport
import Testing

@Suite("mkarrowimg binary add")
struct MkarrowimgBinaryTests {
  private func add(_ run: MkarrowimgRun, _ words: String) async throws -> Outcome {
    try await run.shell("$mkarrowimg binary add pieces \(words)").withoutTimes
  }

  @Test("a static program, a folder and an archive are added, and the spec's prefix finds the newest")
  func sources() async throws {
    let run = try MkarrowimgRun()
    try run.write(Scratch.program, to: "server", mode: 0o755)
    expect(
      try await add(run, "server --name server --version 1.9"),
      "pieces/binary/server/v1.9, in N s\n",
      stderr: "mkarrowimg: warning: the seccomp profile is that of pieces/binary/python/v3.13.5/seccomp.json\n")
    try run.write(Scratch.program, to: "tree/install/bin/server", mode: 0o755)
    try run.write("data", to: "tree/install/lib/data")
    try run.write(MkarrowimgRun.profile, to: "profile.json")
    expect(
      try await add(run, "tree --name server --version v1.10 --seccomp profile.json"),
      "pieces/binary/server/v1.10, in N s\n")
    #expect(try await run.shell("tar -czf server.tar.gz --transform s/tree/server-2/ tree").code == 0)
    expect(
      try await add(run, "server.tar.gz --name server --version 2.0"),
      "pieces/binary/server/v2.0, in N s\n",
      stderr: "mkarrowimg: warning: the seccomp profile is that of pieces/binary/server/v1.9/seccomp.json\n")
    #expect(try run.names("pieces/binary/server") == ["v1.10", "v1.9", "v2.0"])
    #expect(try run.names("pieces/binary/server/v2.0") == ["bin", "lib", "seccomp.json"])

    let spec = #"{"binary": {"name": "server", "version": "1"}, "process": {"cmd": "server"}}"#
    try run.write(spec, to: "pieces/meta/mine/arrow_spec.json")
    #expect(try await run.build().code == 0)
    #expect(try await run.mkarrowimg("inspect", "out").stdout.contains("mine        server v1.10"))
  }

  @Test("a program that the VM can't run is refused by name")
  func refusals() async throws {
    let run = try MkarrowimgRun()
    expect(
      try await add(run, "/bin/ls --name ls --version 1"),
      stderr: """
        mkarrowimg: error: /bin/ls: bin/ls is not statically linked
          hint: take a static build of it: for Python one for musl, linked with -static

        """, code: 1)
    try run.write("#!/bin/sh\n", to: "tree/bin/x", mode: 0o755)
    #expect(
      try await add(run, "tree --name x --version 1").stderr == "mkarrowimg: error: tree has no program in bin/\n")
    try run.write([0], to: "none/x")
    #expect(
      try await add(run, "none --name x --version 1").stderr == """
        mkarrowimg: error: none has no bin/ with programs
          hint: a binary is a folder with bin/NAME

        """)
    #expect(
      try await add(run, "arrow-init --name x").stderr == """
        mkarrowimg: error: which version arrow-init is, it does not say
          hint: say it: --version VERSION

        """)
    #expect(try run.names("pieces/binary/python") == ["v3.13.5"])
  }

  @Test("a Python says its version itself, gets its byte code, and is a second one beside the first", .needsPython)
  func python() async throws {
    let run = try MkarrowimgRun()
    let home = MkarrowimgPython.python ?? ""
    // A second version; it only has to differ from the one that is there.
    let copied = try await run.shell(
      """
      mkdir -p small/bin small/lib/python3.13 && cp \(home)/bin/python small/bin/python3.13 && ln -s python3.13 small/bin/python3
      cd \(home)/lib/python3.13 && cp -r encodings collections importlib pathlib re json *.py "$OLDPWD/small/lib/python3.13/"
      cd "$OLDPWD" && find small -name __pycache__ -exec rm -r {} +
      rm -r pieces/binary/python/v3.13.5
      mkdir -p pieces/binary/python/v3.11.9 && cp \(home)/seccomp.json pieces/binary/python/v3.11.9/
      """)
    try #require(copied.code == 0, "\(copied.stderr)")
    let outcome = try await add(run, "small")
    #expect(outcome.code == 0, "\(outcome.stderr)")
    let version = home.split(separator: "/").last ?? ""
    #expect(outcome.stdout == "pieces/binary/python/\(version), in N s\n")
    #expect(try run.names("pieces/binary/python") == ["v3.11.9", String(version)])
    #expect(try run.names("pieces/binary/python/\(version)/bin") == ["python", "python3", "python3.13"])
    #expect(try run.names("pieces/binary/python/\(version)/lib/python3.13/__pycache__").contains("os.cpython-313.pyc"))
    #expect(try await add(run, "small").stderr.contains("is there already; it is left as it is"))
  }
}
