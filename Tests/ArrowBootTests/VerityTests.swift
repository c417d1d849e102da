import ArrowBoot
import ArrowSpec
import Testing

@Suite("The pieces under dm-verity")
struct VerityTests {
  private static let rootHash = String(repeating: "a", count: 64)
  private static let hint =
    "\n  hint: the image is damaged, or arrow.verity is another image's: its own stands in image.json"

  private func machine(_ tree: HashTree? = HashTree(blocks: 2)) -> Machine {
    var machine = Machine()
    machine.commandLine += " arrow.verity=" + Self.rootHash
    let data = Machine.Superblock(blocks: 2).bytes + [UInt8](repeating: 0, count: 4096)
    machine.disks[0].bytes = data + (tree?.bytes ?? [])
    machine.disks[0].sectors = machine.disks[0].bytes.count / 512
    return machine
  }

  @Test("the pieces under dm-verity are mapped before they are mounted, with the root hash of the command line")
  func mapped() {
    let run = expectBoot(machine())
    #expect(
      run.calls("openDeviceEvents", "createMapping", "loadMapping", "resumeMapping", "mount /dev/").prefix(5) == [
        "openDeviceEvents", "createMapping pieces",
        "loadMapping pieces 0 16 verity 1 /dev/vda /dev/vda 4096 4096 2 3 sha256 \(Self.rootHash) a501",
        "resumeMapping pieces", "mount /dev/dm-0 on /root erofs ro,nosuid,nodev",
      ])
    #expect(run.calls("watch device events").count == 1)
    let unsalted = expectBoot(machine(HashTree(blocks: 2, salt: [])))
    #expect(unsalted.calls("loadMapping").first?.hasSuffix(" -") == true)
  }

  @Test(
    "the pieces under dm-verity are not mounted where the hash tree is missing, cut or of another kind",
    arguments: [
      (nil, "the pieces image /dev/vda has no hash tree\n  hint: mkarrowimg build --verity adds it"),
      (
        HashTree(blocks: 2, signature: "VERITY\0\0"),
        "the pieces image /dev/vda has no hash tree\n  hint: mkarrowimg build --verity adds it"
      ),
      (HashTree(blocks: 3), "the pieces image /dev/vda has a hash tree of another kind" + hint),
      (
        HashTree(blocks: 2, algorithm: "sha1"), "the pieces image /dev/vda has a hash tree of another kind" + hint
      ),
      (
        HashTree(blocks: 2, blockSize: 512), "the pieces image /dev/vda has a hash tree of another kind" + hint
      ),
      (
        HashTree(blocks: 2, hashBlocks: 0),
        "the hash tree of /dev/vda is cut short: 12288 of 16384 bytes are there" + hint
      ),
    ] as [(HashTree?, String)])
  func unusable(_ tree: HashTree?, _ message: String) {
    let run = expectFailure(machine(tree), "fatal: integrity: " + message)
    #expect(!run.calls.contains { $0.contains("erofs") || $0.contains("Mapping pieces 0") })
  }

  @Test("the pieces under dm-verity are not mounted where their superblock is gone")
  func noSuperblock() {
    var machine = machine()
    machine.disks[0].bytes[1024] ^= 1
    expectFailure(
      machine,
      "fatal: integrity: the pieces image /dev/vda is not an EROFS file system\n  hint: build it with mkarrowimg")
  }

  @Test("the pieces under dm-verity must be a disk")
  func file() {
    var machine = machine()
    machine.initrd["/pieces.erofs"] = .file(machine.disks[0].bytes)
    machine.disks = []
    expectFailure(machine, "fatal: arrow.verity needs a disk, and the pieces image /pieces.erofs is a file")
  }

  @Test("the pieces under dm-verity are named as the reason when the boot fails because they were altered")
  func failingBoot() {
    var machine = machine()
    machine.verityStatus = "C"
    expectFailure(
      machine,
      "fatal: integrity: the pieces have been altered: "
        + "cannot mount the pieces image /dev/dm-0: EIO Input/output error" + Self.hint)
    // The same error with another cause.
    machine.verityStatus = "V"
    machine.fail("mount /dev/dm-0", with: Errno(5))
    expectFailure(
      machine,
      "fatal: cannot mount the pieces image /dev/dm-0: EIO Input/output error\n  hint: build it anew with mkarrowimg")
  }

  @Test("the pieces under dm-verity end the task as soon as it has read an altered block, whatever its restart policy")
  func failingTask() {
    var machine = machine()
    machine.addToSpec(#", "restart": "always""#)
    machine.at(500, .readsAlteredBlock(7))
    machine.at(5000, .exits(Machine.task, 0))
    let run = machine.boot()
    #expect(run.ending == .poweredOff)
    #expect(run.time == 500)
    #expect(run.said == "fatal: integrity: block 7 of the pieces has been altered\(Self.hint)\n")
    #expect(
      run.events == [
        #"{"event":"booted","arrow":"hello"}"#,
        #"{"event":"error","stage":"VerifyPieces","message":"integrity: block 7 of the pieces has been altered"#
          + Self.hint.replacing("\n", with: "\\u000a") + #""}"#,
        #"{"event":"exited","code":125,"reason":"failed"}"#,
      ])
  }

  @Test("the pieces under dm-verity are the reason when the task ends at once because of an altered block")
  func endingTask() {
    var machine = machine()
    machine.at(500, .exits(Machine.task, 1), .readsAlteredBlock(7))
    let run = machine.boot()
    #expect(run.exit?.code == 125)
    #expect(run.exit?.reason == .failed)
    // Messages about other devices do not count.
    machine.happenings = []
    machine.at(500, .deviceEvent)
    #expect(expectBoot(machine).exit?.code == 0)
  }

  @Test(
    "the pieces under dm-verity are not mounted when the mapping cannot be made",
    arguments: ["create", "load", "resume"])
  func noMapping(_ step: String) {
    var machine = machine()
    machine.fail("\(step)Mapping", with: Errno(22))
    let run = expectFailure(machine, "fatal: cannot map the pieces image through dm-verity: EINVAL Invalid argument")
    #expect(!run.calls.contains { $0.contains("erofs") })
  }
}
