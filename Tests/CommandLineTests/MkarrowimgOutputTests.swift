import Testing

/// The whole output of build, inspect and check.
@Suite("Output of mkarrowimg")
struct MkarrowimgOutputTests {
  @Test("what mkarrowimg prints is written or an error")
  func fullStdout() async throws {
    let run = try MkarrowimgRun()
    _ = try await run.build()
    for words in [
      "--help", "check --help", "check pieces/meta/python-web", "inspect out", "inspect out --json", "new x",
    ] {
      expect(
        try await run.shell("$mkarrowimg \(words) >/dev/full"),
        stderr: """
          mkarrowimg: error: cannot write stdout: No space left on device
            hint: the disk is full: make room and try again

          """, code: 2)
    }
  }

  @Test("what a terminal would act on in an image's names is shown by inspect, not sent")
  func hostileNames() async throws {
    let run = try MkarrowimgRun()
    _ = try await run.build()
    let seen = try await run.shell(
      #"sed -i 's/"v3.13.5"/"\\u001b[31m\\u202e"/' out/image.json; $mkarrowimg inspect out"#)
    #expect(seen.stdout.contains(#"python \u001b[31m\u202e"#), "\(seen.stdout)")
    #expect(!seen.stdout.utf8.contains(0x1B))
    #expect(seen.code == 0)
  }

  @Test("build, inspect and inspect --json say what is in the image")
  func goodCase() async throws {
    let run = try MkarrowimgRun()
    let built = try await run.build("--default", "python-web")
    #expect(
      built.stdout.replacing(#/[0-9]+\.[0-9] s/#, with: "N s")
        == "out: 1 arrow, kernel 64 B + initrd 1.0 kB + pieces 8.2 kB = 9.3 kB in N s\n")
    #expect(built.stderr == "")
    #expect(built.code == 0)
    expect(
      try await run.mkarrowimg("inspect", "out").withoutHashes,
      """
      out: Arrow image, format 1

      files
        kernel        64 B    sha256 HASH  ok
        initrd        1.0 kB  sha256 HASH  ok
        pieces.erofs  8.2 kB  sha256 HASH  ok

      binaries
        python  v3.13.5  163 B

      arrows
        python-web  python v3.13.5  3008->8080/tcp  default

      """)
    expect(
      try await run.mkarrowimg("inspect", "out", "--json").withoutHashes,
      """
      {
        "damaged" : {

        },
        "image" : "out",
        "manifest" : {
          "arrows" : [
            {
              "binary" : "python",
              "name" : "python-web",
              "ports" : [
                {
                  "export" : 3008,
                  "port" : 8080,
                  "proto" : "tcp"
                }
              ],
              "version" : "v3.13.5",
              "volumes" : [

              ]
            }
          ],
          "binaries" : [
            {
              "name" : "python",
              "size" : 163,
              "version" : "v3.13.5"
            }
          ],
          "dating" : {
            "contents" : "HASH",
            "seconds" : 686106436
          },
          "defaultArrow" : "python-web",
          "files" : {
            "initrd" : {
              "sha256" : "HASH",
              "size" : 1024
            },
            "kernel" : {
              "sha256" : "HASH",
              "size" : 64
            },
            "pieces" : {
              "sha256" : "HASH",
              "size" : 8192
            }
          },
          "formatVersion" : 1
        }
      }

      """)
  }

  @Test("inspect names the damaged file")
  func damaged() async throws {
    let run = try MkarrowimgRun()
    _ = try await run.build()
    try run.write([0], to: "out/initrd")
    expect(
      try await run.mkarrowimg("inspect", "out").withoutHashes,
      """
      out: Arrow image, format 1

      files
        kernel        64 B    sha256 HASH  ok
        initrd        1.0 kB  sha256 HASH  damaged: 1 bytes, not 1024
        pieces.erofs  8.2 kB  sha256 HASH  ok

      binaries
        python  v3.13.5  163 B

      arrows
        python-web  python v3.13.5  3008->8080/tcp

      """,
      stderr: """
        mkarrowimg: error: out/initrd is damaged: 1 bytes, not 1024

        """, code: 1)
  }

  @Test("check tells all that is wrong, and what is right")
  func check() async throws {
    let run = try MkarrowimgRun()
    try run.write(#"{"binary": {"name": "python"}, "process": {"cmd": "python"}}"#, to: "a.json")
    try run.write(
      Array(
        """
        {"binary": {"name": "python", "version": "3"}, "process": {"cmd": "python"},
         "linux": {"seccomp": {"defaultAction": "SCMP_ACT_KILL",
                               "syscalls": [{"names": ["raed"], "action": "SCMP_ACT_ALLOW"}]}}}
        """.utf8), to: "b.json")
    expect(
      try await run.mkarrowimg("check", "a.json", "pieces/meta/python-web", "b.json", "none.json"),
      """
      pieces/meta/python-web: ok

      """,
      stderr: """
        a.json:1:12: error: binary has no "version"
        b.json:3:48: error: "raed" is not a system call
          hint: did you mean "read"?
        mkarrowimg: error: cannot read none.json: No such file or directory

        """, code: 1)
    expect(
      try await run.mkarrowimg("check", "pieces/meta/python-web/arrow_spec.json"),
      "pieces/meta/python-web/arrow_spec.json: ok\n")
  }
}
