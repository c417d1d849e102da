import Testing

/// Pieces under dm-verity: an altered file never runs, and the error names integrity (docs/faults.md, 10).
@Suite("An image under dm-verity", .needsImage)
struct VerityTests {
  private static let integrity = "arrow-init: fatal: integrity: "

  /// Makes the test image with a hash tree, changes it by a shell line (`$data` is where the tree begins, `flip
  /// OFFSET…` alters bytes), and runs an arrow of it.
  private func run(_ change: String, _ words: [String]) async throws -> MachineOutcome {
    let bench = Bench()
    let made = try await bench.shell(
      """
      "$mkarrowimg" build "$clone/.build/test-image/pieces" -o image --verity >/dev/null; cd image
      data=$(stat -c %s "$ARROW_IMAGE/pieces.erofs")
      flip() {
        perl -e 'open F, "+<", "pieces.erofs"; for (@ARGV) { seek F, $_, 0; read F, $c, 1; seek F, $_, 0; print F $c ^ "\\1" }' "$@"
      }
      \(change)
      """)
    #expect(made.code == 0, "\(made.stderr)")
    return try await bench.run(words[0], words: Array(words.dropFirst()), image: bench.path("image"))
  }

  private func expectIntegrity(_ end: MachineOutcome, _ location: SourceLocation = #_sourceLocation) {
    #expect(end.code == 125, "\(end.stdout)\(end.stderr)", sourceLocation: location)
    #expect(end.console.contains(Self.integrity), "\(end.stdout)\(end.stderr)", sourceLocation: location)
    #expect(end.events.last == #"{"event":"exited","code":125,"reason":"failed"}"#, sourceLocation: location)
  }

  @Test("an image with a hash tree boots, and veritysetup finds it whole")
  func hashTree() async throws {
    let verify = """
      hash=$(sed -n 's/.*"rootHash" : "\\(.*\\)".*/\\1/p' image.json)
      /sbin/veritysetup verify pieces.erofs pieces.erofs "$hash" --hash-offset="$data"
      """
    let end = try await run(verify, ["python", "python", "-c", "print(open('/proc/self/mounts').readline())"])
    #expect(end.code == 0, "\(end.stdout)\(end.stderr)")
    #expect(end.stdout.hasPrefix("/dev/dm-0 / erofs ro,"), "\(end.stdout)")
  }

  @Test(
    "an altered or cut superblock or tree, or another root hash, ends the boot",
    arguments: [
      "flip $((1024 + 60))", "flip $((data + 4096))", "flip $((data + 4096 + 8191))", "flip $((data + 1))",
      "truncate -s -4096 pieces.erofs", "truncate -s $data pieces.erofs", "truncate -s $((data / 2)) pieces.erofs",
      "sed -i 's/\"rootHash\" : \"./&0/; s/\\(\"rootHash\" : \"[0-9a-f]\\{64\\}\\)[0-9a-f]*/\\1/' image.json",
    ])
  func alteredTree(change: String) async throws {
    let end = try await run(change, ["probe", "probe", "status"])
    expectIntegrity(end)
    #expect(!end.stdout.contains("Seccomp"))
  }

  @Test("an altered program does not run, and an altered library ends its reader")
  func alteredProgram() async throws {
    // One byte in each block behind the file system's own tables.
    let change = "flip $(seq $((data / 8 + 99)) 4096 $((data - 1)))"
    let end = try await run(change, ["python", "python", "-c", "import asyncio, sqlite3; print(6 * 7)"])
    expectIntegrity(end)
    #expect(!end.stdout.contains("42"))
  }

  /// `place` is where the altered byte is, in sixteenths of the pieces.
  @Test("an altered file is noticed as soon as it is read", arguments: [2, 5, 8, 11, 14])
  func alteredFile(place: Int) async throws {
    let script = """
      import os
      for folder, _, files in os.walk("/binary"):
          for name in files:
              path = os.path.join(folder, name)
              if os.path.isfile(path): open(path, "rb").read()
      print("all of it")
      """
    let change = "flip $((data / 16 * \(place) + 99))"
    let end = try await run(change, ["python", "python", "-c", script])
    expectIntegrity(end)
    #expect(!end.stdout.contains("all of it"))
  }
}
