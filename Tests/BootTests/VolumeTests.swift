import Testing

/// Disks and folders of the host that are mounted in the task's root.
@Suite("Volumes", .needsImage)
struct VolumeTests {
  private let bench: Bench
  private let volumes = ["-v", "data.img:data", "-v", "other.img:any:ro", "-v", "folder:shared"]

  init() async throws {
    bench = Bench()
    let made = try await bench.command([
      "/bin/sh", "-ec",
      """
      for name in data other; do truncate -s 8M $name.img; done
      /sbin/mkfs.ext4 -q data.img
      mkdir -m 777 folder content
      echo engraved >content/letter
      /sbin/mkfs.ext4 -q -L quiver -d content other.img
      echo from outside >folder/in
      """,
    ])
    #expect(made.code == 0, "\(made.stderr)")
  }

  private func python(_ program: String, exactly code: Int32 = 0) async throws -> MachineOutcome {
    try await bench.run("python-volumes", "python", "-c", program, options: volumes, exactly: code)
  }

  @Test("what is written to a volume is there in the next VM and on the host")
  func kept() async throws {
    _ = try await python(
      """
      open("/data/kept", "w").write("once")
      print(open("/labelled/letter").read(), open("/shared/in").read(), sep="", end="", flush=True)
      open("/shared/out", "w").write("from inside")
      """)
    let second = try await python(#"print(open("/data/kept").read())"#)
    #expect(second.stdout == "once\n")
    #expect(try bench.text("folder/out") == "from inside")
    let host = try await bench.command(["/sbin/debugfs", "-R", "cat /kept", bench.path("data.img")])
    #expect(host.stdout == "once")
  }

  @Test("a read-only volume takes no file, and no volume's program runs")
  func noPrograms() async throws {
    let end = try await python(
      """
      import os, stat
      for path in "/labelled/x", "/data/x", "/shared/x":
          try:
              open(path, "w").write("#!/binary")
              os.chmod(path, 0o755)
              os.execv(path, [path])
          except OSError as error:
              print(path, error.strerror)
      """)
    #expect(
      end.stdout == """
        /labelled/x Read-only file system
        /data/x Permission denied
        /shared/x Permission denied

        """)
  }

  @Test("a full volume is ENOSPC for the task")
  func full() async throws {
    let end = try await python(
      """
      try:
          with open("/data/big", "wb", buffering=0) as file:
              while file.write(bytes(1 << 16)): pass
      except OSError as error:
          print(error.strerror)
      """)
    #expect(end.stdout == "No space left on device\n")
  }

  @Test("a task does not start when a volume is missing or has no file system")
  func unusable() async throws {
    let missing = try await bench.run(
      "python-volumes", options: Array(volumes.dropFirst(2)), exactly: 125)
    #expect(missing.stderr.contains("no volume data"), "\(missing.stderr)")
    try bench.write(String(repeating: "no file system\n", count: 100_000), to: "data.img")
    let damaged = try await python("print('ran')", exactly: 125)
    #expect(damaged.stderr.contains("mount /dev/"), "\(damaged.stderr)")
    #expect(!damaged.stdout.contains("ran"))
  }

  @Test("a volume with errors is not written to")
  func damaged() async throws {
    // s_state (Documentation/filesystems/ext4/super.rst): unmounted cleanly, but with errors.
    let marked = try await bench.command(["/sbin/debugfs", "-wR", "set_super_value state 3", bench.path("data.img")])
    #expect(marked.code == 0, "\(marked.stderr)")
    let end = try await python("print('ran')", exactly: 125)
    #expect(end.stderr.contains("the volume data has errors"), "\(end.stderr)")
  }
}
