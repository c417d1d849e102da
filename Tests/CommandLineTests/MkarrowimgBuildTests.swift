import ArrowHost
import Glibc
import TestSupport
import Testing

/// The output of a build that is killed, interrupted, short of room or one of several (docs/faults.md, 6 and 7).
@Suite("mkarrowimg build")
struct MkarrowimgBuildTests {
  /// The text of image.json, once `inspect` has found its files whole.
  private func wholeImage(_ run: MkarrowimgRun, _ place: SourceLocation = #_sourceLocation) async throws -> String {
    let inspection = try await run.mkarrowimg("inspect", "out")
    #expect(inspection.code == 0, "\(inspection.stdout)\(inspection.stderr)", sourceLocation: place)
    return try run.text("out/image.json")
  }

  /// Adds a file that makes the build take some tenths of a second. It can't be compressed.
  private func addNoise(_ run: MkarrowimgRun) async throws {
    #expect(try await run.shell("head -c 16777216 /dev/urandom >pieces/meta/python-web/noise").code == 0)
  }

  @Test("the same input gives the same bytes at another time, place, umask, zone, locale and order of files")
  func reproducible() async throws {
    let run = try MkarrowimgRun()
    for name in ["b", "a", "Z", "é", "_"] {
      try run.write(name, to: "pieces/meta/python-web/lib/\(name).py")
    }
    let first = try await run.shell("$build pieces -o one --default python-web")
    #expect(first.code == 0, "\(first.stderr)")
    // The files are made in the opposite order, on tmpfs where there is one, so that readdir(3) has another order.
    let second = try await run.shell(
      """
      other=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d)
      mkdir $other/pieces && umask 077
      find pieces ! -type d | sort -r | while read -r file; do
        mkdir -p "$other/$(dirname "$file")" && cp "$file" "$other/$file"
      done
      find $other/pieces -exec touch -h -d '2001-02-03' {} +
      export TZ=Asia/Kathmandu LC_ALL=tr_TR.UTF-8 LANG=de_DE.UTF-8 HOME=/ USER=somebody
      $build $other/pieces -o two --default python-web
      code=$?
      rm -r $other
      exit $code
      """)
    #expect(second.code == 0, "\(second.stderr)")
    let difference = try await run.shell("diff -r one two && ls -l one | cut -c1-10 && ls -l two | cut -c1-10")
    #expect(difference.code == 0, "\(difference.stdout)")
    let modes = difference.stdout.split(separator: "\n")
    #expect(modes.prefix(modes.count / 2) == modes.suffix(modes.count / 2))
  }

  @Test("SIGKILL at any moment leaves the old image or the new one, and the next build cleans up")
  func killed() async throws {
    let run = try MkarrowimgRun()
    try await addNoise(run)
    #expect(try await run.build().code == 0)
    let old = try await wholeImage(run)
    try run.write("print('changed')\n", to: "pieces/meta/python-web/server.py")
    var interrupted = 0
    for milliseconds in stride(from: 5, through: 605, by: 40) {
      let delay = "0.\(String(1000 + milliseconds).dropFirst())"
      let outcome = try await run.shell("timeout -s KILL \(delay) $build pieces -o out")
      if outcome.code == 0 { break }
      interrupted += 1
      let image = try await wholeImage(run)
      // It was killed after the exchange: the image is the new one.
      if image != old { break }
    }
    #expect(interrupted > 0)
    #expect(try await run.build().code == 0)
    #expect(try await wholeImage(run) != old)
    #expect(try run.names() == ["arrow-init", "kernel", "out", "pieces"])
  }

  @Test("SIGINT and SIGTERM leave the old image and no temporary file", arguments: ["INT", "TERM", "HUP"])
  func interrupted(signal: String) async throws {
    let run = try MkarrowimgRun()
    try await addNoise(run)
    #expect(try await run.build().code == 0)
    let old = try await wholeImage(run)
    // The signal comes while mkfs.erofs works, when the temporary folder is there for sure.
    let outcome = try await run.shell(
      """
      env --default-signal $build pieces -o out & build=$!
      until ls -d .out.*.tmp/tree >/dev/null 2>&1; do sleep 0.01; done
      kill -\(signal) $build
      wait $build
      """)
    let numbers = ["INT": SIGINT, "TERM": SIGTERM, "HUP": SIGHUP]
    #expect(outcome.code == 128 + (numbers[signal] ?? 0))
    #expect(try await wholeImage(run) == old)
    #expect(try run.names() == ["arrow-init", "kernel", "out", "pieces"])
  }

  @Test("without room for the image the old one stays as it was, and nothing else is left")
  func noRoom() async throws {
    let run = try MkarrowimgRun()
    #expect(try await run.build().code == 0)
    let old = try await wholeImage(run)
    try await addNoise(run)
    // 1024 blocks of 512 bytes: kernel and initrd fit, the pieces don't.
    let outcome = try await run.shell("ulimit -f 1024; $build pieces -o out")
    #expect(outcome.code == 2)
    #expect(outcome.stderr.hasPrefix("mkarrowimg: error: "), "\(outcome.stderr)")
    #expect(outcome.stderr.contains("\n  hint: no room for the image: make room"), "\(outcome.stderr)")
    #expect(try await wholeImage(run) == old)
    #expect(try run.names() == ["arrow-init", "kernel", "out", "pieces"])
    // Now not even the kernel fits.
    try run.write(Scratch.program + [UInt8](repeating: 0, count: 1 << 20), to: "kernel")
    let kernel = try await run.shell("ulimit -f 1024; $build pieces -o out")
    #expect(kernel.code == 2)
    #expect(kernel.stderr.contains("/kernel: File too large\n  hint: "), "\(kernel.stderr)")
    #expect(try await wholeImage(run) == old)
  }

  @Test("a folder that can't be written to is named")
  func unwritable() async throws {
    let run = try MkarrowimgRun()
    // Nobody can make a file in /proc, not even root.
    let outcome = try await run.shell("$build pieces -o /proc/out")
    #expect(outcome.code == 2)
    #expect(outcome.stderr == "mkarrowimg: error: cannot write /proc/.out.lock: No such file or directory\n")
  }

  @Test("of two builds to one output the second says that it waits")
  func twoAtOnce() async throws {
    let run = try MkarrowimgRun()
    let other = try WholeFolder(beside: run.path("out"))
    async let build = run.shell("$build pieces -o out -v 2>said")
    try await eventually("word of waiting") { try saysItWaits(run) }
    #expect(try !run.names().contains("out"))
    other.discard()
    #expect(try await build.code == 0)
    _ = try await wholeImage(run)
    #expect(try run.names() == ["arrow-init", "kernel", "out", "pieces", "said"])
  }

  private func saysItWaits(_ run: MkarrowimgRun) throws -> Bool {
    try Files.status(of: run.path("said")) != nil && run.text("said").contains("waiting for another build of out")
  }

  @Test("many builds at once to one output all succeed")
  func manyAtOnce() async throws {
    let run = try MkarrowimgRun()
    let outcome = try await run.shell(
      """
      for n in 1 2 3 4 5 6; do $build pieces -o out & builds="$builds $!"; done
      for build in $builds; do wait $build || exit 1; done
      """)
    #expect(outcome.code == 0, "\(outcome.stderr)")
    _ = try await wholeImage(run)
    #expect(try run.names() == ["arrow-init", "kernel", "out", "pieces"])
  }

  @Test("without mkfs.erofs the error names the package")
  func noProgram() async throws {
    let run = try MkarrowimgRun()
    let outcome = try await run.shell(
      """
      mkdir tools && ln -s "$(command -v bash)" "$(command -v tar)" "$(command -v sha256sum)" tools
      (PATH=$PWD/tools; $build pieces -o out); code=$?; rm -r tools; exit $code
      """)
    #expect(outcome.code == 2)
    #expect(
      outcome.stderr == """
        mkarrowimg: error: the program mkfs.erofs is missing
          hint: install it: apt install erofs-utils

        """)
    #expect(try run.names() == ["arrow-init", "kernel", "pieces"])
  }
}
