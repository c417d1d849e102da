import ArrowSpec
import Testing

@Suite("The pieces image")
struct PiecesTests {
  private let image = Machine.Superblock().bytes

  @Test(
    "the pieces image is the disk with the serial pieces, or else the partition with the label, or else the initrd's file"
  )
  func order() {
    var machine = Machine()
    machine.disks = [
      .init(name: "vda", serial: "other", bytes: image),
      .init(name: "vdb1", label: "arrow-pieces", bytes: image),
      .init(name: "vdc", serial: "pieces", bytes: image),
    ]
    machine.initrd["/pieces.erofs"] = .file(image + [UInt8](repeating: 0, count: 8 << 20))
    #expect(expectBoot(machine).calls("mount /").first == "mount /dev/vdc on /root erofs ro,nosuid,nodev")
    machine.disks.removeLast()
    #expect(expectBoot(machine).calls("mount /").first == "mount /dev/vdb1 on /root erofs ro,nosuid,nodev")
    machine.disks.removeLast()
    #expect(expectBoot(machine).calls("mount /").first == "mount /pieces.erofs on /root erofs ro,nosuid,nodev")
  }

  @Test(
    "the pieces image is where arrow.pieces says",
    arguments: [("serial:mine", "/dev/vdb"), ("label:second", "/dev/vdc1"), ("/dev/vda", "/dev/vda"), ("/p", "/p")])
  func asked(_ place: String, _ device: String) {
    var machine = Machine()
    machine.commandLine += " arrow.pieces=\(place)"
    machine.disks = [
      .init(name: "vda", bytes: image), .init(name: "vdb", serial: "mine", bytes: image),
      .init(name: "vdc1", label: "second", bytes: image),
    ]
    machine.initrd["/p"] = .file(image + [UInt8](repeating: 0, count: 8 << 20))
    #expect(expectBoot(machine).calls("mount /").first == "mount \(device) on /root erofs ro,nosuid,nodev")
  }

  @Test("the pieces image is an error that names the places when it is missing")
  func missing() {
    var machine = Machine()
    machine.disks = []
    expectFailure(
      machine,
      """
      fatal: no pieces image: no virtio disk with the serial "pieces", no partition labelled "arrow-pieces", \
      no /pieces.erofs in the initrd
        hint: -drive if=none,id=pieces,file=pieces.erofs,format=raw,read-only=on \
      -device virtio-blk-device,drive=pieces,serial=pieces
      """)
    let places = [
      ("serial:x", "no disk has the serial \"x\""), ("label:x", "no partition is labelled \"x\""),
      ("/dev/vdx", "there is no /dev/vdx"),
    ]
    for (place, problem) in places {
      machine.commandLine = "arrow=hello arrow.pieces=\(place)"
      expectFailure(machine, "fatal: no pieces image: \(problem)\n  hint: it is what arrow.pieces= says")
    }
  }

  @Test("the pieces image must be a whole EROFS file system")
  func damaged() {
    var machine = Machine()
    machine.disks[0].bytes = []
    expectFailure(machine, "fatal: the pieces image /dev/vda is empty")
    machine.disks[0].bytes = [UInt8](repeating: 0, count: 4096)
    let foreign = "fatal: the pieces image /dev/vda is not an EROFS file system\n  hint: build it with mkarrowimg"
    expectFailure(machine, foreign)
    machine.disks[0].bytes = Array(image.prefix(1100))
    expectFailure(machine, foreign)
    machine.disks[0].bytes = Machine.Superblock(magic: [0x53, 0xEF, 0, 0]).bytes
    expectFailure(machine, foreign)
    machine.disks[0].bytes = image
    machine.disks[0].sectors = 16383
    expectFailure(
      machine, "fatal: the pieces image /dev/vda is cut short: 8388096 of 8388608 bytes are there")
    // Impossible numbers are left to the kernel, which refuses them.
    machine.disks[0].sectors = 16384
    machine.disks[0].bytes = Machine.Superblock(blockBits: 255, blocks: .max).bytes
    machine.fail("mount /dev/vda", with: .invalid)
    expectFailure(
      machine,
      """
      fatal: cannot mount the pieces image /dev/vda: EINVAL Invalid argument
        hint: build it anew with mkarrowimg
      """)
  }

  @Test("the pieces image must be whole in the initrd too")
  func file() {
    var machine = Machine()
    machine.disks = []
    machine.initrd["/pieces.erofs"] = .file(image)
    expectFailure(machine, "fatal: the pieces image /pieces.erofs is cut short: 4096 of 8388608 bytes are there")
  }

  @Test(
    "the pieces image must have the format that this arrow-init knows",
    arguments: ["2", "", "x", "-1", "99999999999999999999"])
  func format(_ version: String) {
    var machine = Machine()
    machine.pieces["/.arrow/format"] = .file(version + "\n")
    expectFailure(
      machine,
      """
      fatal: the pieces image has the format version "\(version)", this arrow-init knows 1
        hint: build kernel, initrd and pieces with one mkarrowimg
      """)
  }

  @Test("the pieces image must be made by mkarrowimg")
  func foreign() {
    var machine = Machine()
    machine.pieces["/.arrow/format"] = nil
    expectFailure(machine, "fatal: cannot read the pieces image's format version: ENOENT No such file or directory")
  }
}
