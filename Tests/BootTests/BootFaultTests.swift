import Testing

/// A fault of an image or a command line ends the boot with one line, a code and a power-off (docs/faults.md, 9 to 13).
@Suite("Faults of an image or a command line", .needsImage)
struct BootFaultTests {
  /// A copy of the test image, one of its files changed by a shell line (`$image` is the folder).
  private func run(_ change: String, _ options: [String] = [], mayPanic: Bool = false) async throws -> MachineOutcome {
    let bench = Bench()
    let copy = try await bench.shell("cp -al \"$ARROW_IMAGE\" image; cd image; \(change)")
    #expect(copy.code == 0, "\(copy.stderr)")
    return try await bench.run("probe", options: options, image: bench.path("image"), mayPanic: mayPanic)
  }

  /// Boots the line that actrl would, with other words in place of `arrow=probe` on the kernel's command line.
  private func boot(_ words: String, options: String = "") async throws -> MachineOutcome {
    let bench = Bench()
    try bench.write(words, to: "words")
    let end = try await bench.shell(
      """
      "$actrl" shoot --dry-run --accel tcg --name vm \(options) probe | W="$(cat words)" perl -pe 's/arrow=probe/$ENV{W}/' >line
      timeout 120 bash line >/dev/null 2>&1
      cd "$vm"; cat kernel.log; cat events.jsonl >&2
      ! grep -E 'Kernel panic|Oops|BUG:' kernel.log
      """, limit: 90)
    #expect(end.code == 0, "\(end.stdout)\(end.stderr)")
    return MachineOutcome(end, events: end.stderr, kernelLog: end.stdout)
  }

  private func expectFatal(
    _ end: MachineOutcome, _ message: String, code: Int32 = 125, _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(
      end.console.hasPrefix("arrow-init: fatal: \(message)"), "\(end.stdout)\(end.stderr)", sourceLocation: location)
    #expect(end.events.last == #"{"event":"exited","code":\#(code),"reason":"failed"}"#, sourceLocation: location)
  }

  /// A change that leaves the other names of the file alone.
  private func replace(_ file: String, by line: String) -> String {
    "cp \(file) new; \(line); mv -f new \(file)"
  }

  @Test("an empty pieces image is no EROFS file system")
  func emptyPieces() async throws {
    // A disk without a sector has nothing to read.
    let end = try await run(replace("pieces.erofs", by: "truncate -s 512 new"))
    expectFatal(end, "the pieces image /dev/vda is not an EROFS file system\n  hint: build it with mkarrowimg\n")
  }

  @Test("a pieces image that is cut short is named as such")
  func cutPieces() async throws {
    let end = try await run(replace("pieces.erofs", by: "truncate -s 8M new"))
    expectFatal(end, "the pieces image /dev/vda is cut short: 8388608 of ")
  }

  @Test("another file system in the place of EROFS is refused")
  func otherFileSystem() async throws {
    let end = try await run(replace("pieces.erofs", by: "rm new; truncate -s 8M new; /sbin/mkfs.ext4 -q new"))
    expectFatal(end, "the pieces image /dev/vda is not an EROFS file system\n")
  }

  @Test("pieces of a newer format are refused, with both versions")
  func newerFormat() async throws {
    let change = """
      mkdir tree tree/.arrow tree/meta; echo 2 >tree/.arrow/format; mkfs.erofs --quiet new tree >/dev/null 2>&1; mv -f new pieces.erofs
      """
    let end = try await run(change)
    expectFatal(end, "the pieces image has the format version \"2\", this arrow-init knows 1\n")
  }

  @Test("a VM without a pieces image says which disk it looked for")
  func noPieces() async throws {
    let end = try await boot("arrow=probe arrow.pieces=serial:nothing")
    expectFatal(end, "no pieces image: no disk has the serial \"nothing\"\n")
  }

  @Test("a kernel that finds no init panics, and the launcher says so")
  func noInit() async throws {
    let end = try await run(replace("initrd", by: "truncate -s 100000 new"), mayPanic: true)
    #expect(end.code == 125)
    #expect(end.stderr.contains("panic"), "\(end.stderr)")
  }

  /// `place` is where the disk fails, in eighths of the image; 0 is the first sector.
  @Test("a disk that fails ends the task or the boot, never hangs", arguments: 0..<8)
  func failingDisk(place: Int) async throws {
    let end = try await Bench().shell(
      """
      size=$(stat -c %s "$ARROW_IMAGE/pieces.erofs"); sector=$((size / 8 * \(place) / 512 / 8 * 8))
      for i in $(seq 0 8 1016); do
        printf '[inject-error]\nevent = "read_aio"\nerrno = "5"\nonce = "off"\nsector = "%d"\n' $((sector + i))
      done >faults
      "$actrl" shoot --dry-run --accel tcg --name vm python python -c 'import asyncio, decimal, sqlite3; print("fine")' |
        sed "s#file=$ARROW_IMAGE/pieces.erofs#file=blkdebug:$PWD/faults:$ARROW_IMAGE/pieces.erofs#" >line
      grep -q blkdebug line
      timeout 120 bash line >/dev/null 2>&1
      tail -n 1 "$vm/events.jsonl" | cut -d, -f1-2
      cat "$vm/stdout.log" "$vm/kernel.log"
      ! grep -E 'Kernel panic|Oops|BUG:' "$vm/kernel.log"
      """, limit: 90)
    #expect(end.code == 0, "\(end.stdout)\(end.stderr)")
    let lines = end.stdout.split(separator: "\n", omittingEmptySubsequences: false)
    let isFine = lines.first == #"{"event":"exited","code":0"# && lines.dropFirst().contains("fine")
    let isTold = lines.first.map { $0.hasPrefix(#"{"event":"exited","code":"#) && !$0.hasSuffix(":0") } ?? false
    #expect(isFine || isTold, "\(end.stdout)")
    if place == 0 { #expect(end.stdout.contains("EIO"), "\(end.stdout)") }
  }

  @Test("damaged pieces without a hash tree are the reason of the end")
  func damagedPieces() async throws {
    // All but the first and the last eighth: LZ4 can't make anything of it.
    let noise = """
      size=$(stat -c %s new); head -c $((size / 8 * 6)) /dev/urandom |
        dd of=new bs=65536 seek=$((size / 8 / 65536)) conv=notrunc status=none
      """
    let bench = Bench()
    let copy = try await bench.shell(
      "cp -al \"$ARROW_IMAGE\" image; cd image; \(replace("pieces.erofs", by: noise))")
    #expect(copy.code == 0, "\(copy.stderr)")
    let end = try await bench.run(
      "python", "python", "-c", "import sqlite3, ssl", image: bench.path("image"), exactly: 125)
    #expect(end.events.last == #"{"event":"exited","code":125,"reason":"failed"}"#, "\(end.events)")
    #expect(end.events.contains { $0.contains("error") && $0.contains("erofs: ") }, "\(end.events)")
    #expect(end.stderr.contains("the pieces image"), "\(end.stderr)")
  }

  @Test("a kernel command line that was cut ends the boot", arguments: [2040, 5000])
  func cutCommandLine(size: Int) async throws {
    let end = try await boot("arrow=probe filler=\(String(repeating: "x", count: size)) arrow.verity=lost")
    expectFatal(end, "the kernel command line may have been cut: it has all 2047 bytes that the kernel keeps\n")
  }

  @Test(
    "a wrong word on the kernel command line is named",
    arguments: [
      ("arrow=prob", "no such arrow: \"prob\"\n  hint: did you mean \"probe\"?\n", 127),
      ("arrow=probe arrow=python", "kernel command line: \"arrow=\" stands twice\n", 125),
      ("arrow=probe arrow.lag=quiet", "kernel command line: unknown key \"arrow.lag\"\n", 125),
      ("arrow=probe arrow.ip=10.0.2.15", "kernel command line: arrow.ip has \"10.0.2.15\"\n", 125),
      ("arrow=../../etc", "kernel command line: the arrow's name ", 125),
    ] as [(String, String, Int32)])
  func wrongCommandLine(line: String, message: String, code: Int32) async throws {
    let end = try await boot(line)
    expectFatal(end, message, code: code)
  }

  @Test("without a named arrow and a default, all arrows are listed")
  func noArrow() async throws {
    let end = try await boot("")
    expectFatal(end, "which arrow? the pieces image has probe, ", code: 127)
  }

  @Test("a task does not start with a damaged seccomp filter")
  func damagedFilter() async throws {
    let change = """
      mkdir tree tree/.arrow tree/.arrow/seccomp tree/meta tree/meta/probe tree/binary tree/binary/probe tree/binary/probe/v1
      cp "$clone/.build/test-image/pieces/meta/probe/arrow_spec.json" tree/meta/probe/; echo 1 >tree/.arrow/format
      head -c 100 /dev/urandom >tree/.arrow/seccomp/probe; mkfs.erofs --quiet new tree >/dev/null 2>&1; mv -f new pieces.erofs
      """
    let end = try await run(change)
    expectFatal(end, "/root/.arrow/seccomp/probe: ")
  }

  @Test("an exported port without a NIC ends the boot")
  func noNIC() async throws {
    let end = try await boot("arrow=probe-port", options: "--network none")
    expectFatal(end, "port 8080 is exported, but there is no NIC\n")
  }
}
