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

  @Test("a shot does not start when a volume is missing, is not used, or has no file system")
  func unusable() async throws {
    let missing = try await bench.run(
      "python-volumes", options: Array(volumes.dropFirst(2)), exactly: 125)
    #expect(missing.stderr.contains("mounts the volume \"data\" on /data, and no -v gives it"), "\(missing.stderr)")
    let unused = try await bench.run("probe", options: ["-v", "data.img:data"], exactly: 125)
    #expect(unused.stderr.contains("no mount of the arrow probe has the source \"data\""), "\(unused.stderr)")
    try bench.write(String(repeating: "no file system\n", count: 100_000), to: "data.img")
    let damaged = try await python("print('ran')", exactly: 125)
    #expect(damaged.stderr.contains("has no ext4 file system"), "\(damaged.stderr)")
    #expect(!damaged.stdout.contains("ran"))
  }

  @Test("a disk that is another one than the host saw ends the boot, with the volume's name and the reason")
  func changed() async throws {
    let made = try await bench.command(["/sbin/mkfs.ext4", "-qF", "-O", "casefold", bench.path("data.img")])
    #expect(made.code == 0, "\(made.stderr)")
    // actrl does not look at what QEMU's own options bring.
    let disk = [
      "-drive", "if=none,id=d,file=\(bench.path("data.img")),format=raw", "-device",
      "virtio-blk-device,drive=d,serial=data",
    ]
    let end = try await bench.run(
      "python-volumes", options: disk.flatMap { ["--qemu-arg", $0] } + volumes.dropFirst(2), exactly: 125)
    #expect(end.stderr.contains("the volume data has the feature casefold"), "\(end.stderr)")
  }

  @Test("SQLite's write-ahead log and shared mappings work in a shared folder")
  func mappings() async throws {
    let end = try await python(
      """
      import mmap, sqlite3
      database = sqlite3.connect("/shared/notes.db")
      print(database.execute("PRAGMA journal_mode=WAL").fetchone()[0])
      database.execute("CREATE TABLE notes (text)")
      database.execute("INSERT INTO notes VALUES ('kept')")
      database.commit()
      with open("/shared/mapped", "w+b") as file:
          file.write(bytes(8192))
          file.flush()
          with mmap.mmap(file.fileno(), 8192) as memory: memory[4096:4100] = b"seen"
      database.close()
      """)
    #expect(end.stdout == "wal\n")
    #expect(try bench.text("folder/mapped").contains("seen"))
    let host = try await bench.command([
      "python3", "-c",
      "import sqlite3; print(sqlite3.connect('folder/notes.db').execute('SELECT * FROM notes').fetchall())",
    ])
    #expect(host.stdout == "[('kept',)]\n", "\(host.stderr)")
  }

  @Test("set-user-ID bits, links and owners that the guest makes in a folder are real in the guest alone")
  func mapped() async throws {
    let end = try await python(
      """
      import os, stat
      os.chdir("/shared")
      open("tool", "w").write("x")
      os.chmod("tool", 0o6755)
      os.symlink("/etc/shadow", "link")
      os.mkdir("made", 0o700)
      print(oct(os.stat("tool").st_mode), os.readlink("link"), os.stat("tool").st_uid)
      """)
    #expect(end.stdout == "0o106755 /etc/shadow 1000\n")
    let host = try await bench.command(["/bin/sh", "-c", "cd folder && stat -c '%F %a' tool link made"])
    #expect(host.stdout == "regular file 644\nregular file 644\ndirectory 755\n")
  }

  @Test("a folder for reading shows the host's own links, and takes no file")
  func links() async throws {
    let made = try await bench.command(["ln", "-s", "in", "folder/current"])
    #expect(made.code == 0)
    let options = volumes.dropLast() + ["folder:shared:ro"]
    let end = try await bench.run(
      "python-volumes", "python", "-c",
      """
      print(open("/shared/current").read(), end="")
      try: open("/shared/new", "w")
      except OSError as error: print(error.strerror)
      """, options: Array(options), exactly: 0)
    #expect(end.stdout == "from outside\nRead-only file system\n")
  }

  @Test("a disk that an instance writes to is refused, and names the instance")
  func inUse() async throws {
    let outcome = try await bench.shell(
      """
      volumes="\(volumes.joined(separator: " "))"
      "$actrl" shoot --accel tcg --name writer $volumes python-volumes python -c 'import time; time.sleep(600)' >&2
      "$actrl" run --accel tcg $volumes python-volumes 2>&1 || echo $?
      # An actrl that keeps its state elsewhere knows of no instance; QEMU's lock holds.
      XDG_STATE_HOME="$PWD/elsewhere" "$actrl" run --accel tcg $volumes python-volumes 2>&1 || echo $?
      "$actrl" kill writer >&2
      """)
    #expect(
      outcome.stdout == """
        actrl: error: the volume \(bench.path("data.img")) is in use by the instance writer
          hint: actrl stop writer
        125
        actrl: error: another program uses the volume \(bench.path("data.img"))
        125

        """, "\(outcome.stderr)")
  }

  @Test("a volume with errors is not written to")
  func damaged() async throws {
    // s_state (Documentation/filesystems/ext4/super.rst): unmounted cleanly, but with errors.
    let marked = try await bench.command(["/sbin/debugfs", "-wR", "set_super_value state 3", bench.path("data.img")])
    #expect(marked.code == 0, "\(marked.stderr)")
    let end = try await python("print('ran')", exactly: 125)
    #expect(end.stderr.contains("data.img has errors, which a kernel found"), "\(end.stderr)")
  }
}
