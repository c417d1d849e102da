import ArrowHost
import ArrowSpec
import TestSupport
import Testing

@testable import ArrowVM

@Suite("Volumes of shots")
struct VolumePlanTests {
  private let scratch = Scratch("volume-test")

  init() throws {
    try scratch.write(Self.ext4(), to: "data.img")
    try Files.makeFolder(scratch.url("folder"))
  }

  /// The beginning of an ext4 file system; `set` changes bytes of its superblock.
  private static func ext4(_ set: (offset: Int, bytes: [UInt8])...) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    for (offset, value) in [(0x4, [64, 0, 0, 0]), (0x38, [0x53, 0xEF, 1, 0])] + set {
      bytes.replaceSubrange(1024 + offset..<1024 + offset + value.count, with: value)
    }
    return bytes
  }

  private func mount(
    _ source: String, _ type: ImageManifest.Volume.Kind = .ext4, readOnly: Bool = false
  ) -> ImageManifest.Volume {
    .init(source: source, type: type, destination: "/data", readOnly: readOnly)
  }

  /// What is refused and the hint, without the scratch folder's path; `nil` where nothing is.
  private func refusal(
    _ mounts: [ImageManifest.Volume]?, _ options: [String], change: (inout MachinePlan) -> Void = { _ in }
  ) throws -> String? {
    var plan = MachinePlan(name: "web", kernel: "/kernel", initrd: "/initrd", pieces: "/pieces")
    plan.volumes = try options.map { try VolumeMapping("\(scratch.path)/\($0)") }
    change(&plan)
    let arrow = ImageManifest.Arrow(name: "web", binary: "python", version: "v3", ports: [], volumes: mounts)
    do {
      try VolumePlan.check(plan, for: arrow)
      return nil
    } catch let error as HostError {
      return [error.message, error.hint ?? ""].joined(separator: " | ").replacing(scratch.path + "/", with: "")
    }
  }

  @Test("what the spec mounts and -v gives is taken")
  func right() throws {
    try scratch.write(Self.ext4((0x78, Array("quiver".utf8))), to: "labelled.img")
    let mounts = [mount("data"), mount("shared", .ninep), mount("LABEL=quiver", readOnly: true)]
    #expect(try refusal(mounts, ["data.img:data", "folder:shared", "labelled.img:any:ro"]) == nil)
    #expect(try refusal([], []) == nil)
  }

  @Test("a mount without its volume is refused, with the option to write")
  func missing() throws {
    #expect(
      try refusal([mount("data")], []) == """
        the arrow web mounts the volume "data" on /data, and no -v gives it \
        | -v IMAGE:data; truncate -s 64M IMAGE && mkfs.ext4 -q IMAGE makes one
        """)
    #expect(try refusal([mount("shared", .ninep)], [])?.hasSuffix("| -v FOLDER:shared") == true)
    #expect(
      try refusal([mount("LABEL=quiver")], ["data.img:data"])?
        .hasSuffix("| -v IMAGE:NAME, the IMAGE made by mkfs.ext4 -L quiver") == true)
    // QEMU's own options may bring it.
    #expect(try refusal([mount("data")], []) { $0.extraArguments = ["-drive", "…"] } == nil)
  }

  @Test("a volume that no mount uses is refused, with what the spec has or could have")
  func unused() throws {
    #expect(
      try refusal([mount("data")], ["data.img:data", "folder:dta"])
        == "no mount of the arrow web has the source \"dta\" | did you mean \"data\"?")
    #expect(
      try refusal([], ["folder:shared"]) == """
        no mount of the arrow web has the source "shared" | its spec mounts none; it can, on /data for one: \
        "mounts": [{"destination": "/data", "type": "9p", "source": "shared"}]
        """)
  }

  @Test("an image of an older tool, which does not say what its arrows mount, is believed")
  func older() throws {
    #expect(try refusal(nil, ["data.img:anything"]) == nil)
  }

  @Test("a folder is no disk, and a disk no folder")
  func kinds() throws {
    #expect(
      try refusal([mount("data")], ["folder:data"]) == """
        folder is a folder, and the spec mounts it as ext4 on /data \
        | give a disk image, or a spec with "type": "9p"
        """)
    #expect(
      try refusal([mount("data", .ninep)], ["data.img:data"])?.hasPrefix("data.img is a file, and the spec mounts it")
        == true)
  }

  @Test(
    "a disk that the guest could not mount is refused with the reason",
    arguments: [
      (0x38, [0, 0], "has no ext4 file system | mkfs.ext4 -q data.img makes one, and empties it"),
      (0x4, [65, 0, 0, 0], "has been cut: its file system is larger than its 65536 bytes | take a whole copy of it"),
      (0x3A, [2, 0], "has errors, which a kernel found when it was mounted before | e2fsck -f data.img"),
      (0x18, [6], "has blocks of more than 4096 bytes, which the guest's kernel can't mount"),
      (0x60, [8, 0, 0, 0], "has a journal and nothing else, which the guest's kernel can't mount"),
      (0x60, [0, 0, 2, 0], "has the feature casefold, which the guest's kernel can't mount"),
      (0x60, [0, 0, 0, 0x40], "has a feature newer than the guest's kernel, which the guest's kernel can't mount"),
      (0x64, [0, 1, 0, 0], "has the feature quota, which the guest's kernel can't mount"),
      (0x64, [0, 0x20, 0, 0], "has the feature project, which the guest's kernel can't mount"),
    ] as [(Int, [UInt8], String)])
  func unusable(offset: Int, bytes: [UInt8], problem: String) throws {
    // Without blocks, so that their size alone counts.
    let blocks: [UInt8] = offset == 0x18 ? [0, 0, 0, 0] : [64, 0, 0, 0]
    try scratch.write(Self.ext4((0x4, blocks), (offset, bytes)), to: "data.img")
    let refusal = try #require(try refusal([mount("data")], ["data.img:data"]))
    #expect(refusal.hasPrefix("the volume data.img \(problem)"), "\(refusal)")
  }

  @Test("an empty file and one of a few bytes are no disks")
  func tiny() throws {
    for contents in ["", "tiny"] {
      try scratch.write(contents, to: "data.img")
      #expect(try refusal([mount("data")], ["data.img:data"])?.contains("has no ext4 file system") == true)
    }
  }

  @Test("errors and quotas do not keep a disk from being read")
  func readOnly() throws {
    try scratch.write(Self.ext4((0x3A, [2, 0]), (0x64, [0, 1, 0, 0])), to: "data.img")
    #expect(try refusal([mount("data", readOnly: true)], ["data.img:data:ro"]) == nil)
  }

  @Test("a disk for reading is not mounted for writing")
  func written() throws {
    #expect(
      try refusal([mount("data")], ["data.img:data:ro"]) == """
        the volume data.img is for reading only, and the spec mounts it on /data for writing \
        | leave out :ro, or give the mount "options": ["ro"]
        """)
  }

  @Test("a disk that is given twice is refused")
  func twice() throws {
    #expect(
      try refusal(nil, ["data.img:a", "data.img:b"])
        == "the disk data.img is given twice, as a and b | leave out one -v")
  }

  @Test("as many volumes as the machine has room for are taken, and no more", arguments: [(true, 20), (false, 21)])
  func room(hasNetwork: Bool, room: Int) throws {
    let options = (0...room).map { "folder:v\($0)" }
    #expect(try refusal(nil, Array(options.dropLast())) { $0.hasNetwork = hasNetwork } == nil)
    #expect(
      try refusal(nil, options) { $0.hasNetwork = hasNetwork } == """
        the machine microvm has room for \(room) volumes, not \(room + 1) | --machine q35 has room for more
        """)
    #expect(
      try refusal(nil, options) {
        $0.hasNetwork = hasNetwork
        $0.machine = .q35
      } == nil)
  }

  @Test("a disk that a live instance writes to is refused; for reading it may be shared")
  func inUse() throws {
    let store = InstanceStore(folder: scratch.url("instances"), Qemu(on: .current()))
    func claim(_ name: String, isReadOnly: Bool) throws -> InstanceClaim {
      var record = InstanceRecord(arrow: "web", image: "/image", created: 1)
      record.volumes = [.init(path: scratch.url("data.img"), isReadOnly: isReadOnly)]
      return try store.create(name: name, record: record)
    }
    func refusal(_ option: String) throws -> String? {
      let volume = try VolumeMapping("\(scratch.path)/\(option)")
      do {
        try VolumeUse.refuse([volume], knowing: store.all())
        return nil
      } catch let error as HostError {
        return "\(error.message) | \(error.hint ?? "")".replacing(scratch.path + "/", with: "")
      }
    }
    let reader = try claim("reader", isReadOnly: true)
    #expect(try refusal("data.img:data:ro") == nil)
    #expect(try refusal("data.img:data") == "the volume data.img is in use by the instance reader | actrl stop reader")
    reader.release()
    #expect(try refusal("data.img:data") == nil)
    let writer = try claim("writer", isReadOnly: false)
    #expect(try refusal("data.img:data:ro")?.contains("in use by the instance writer") == true)
    writer.release()
  }
}
