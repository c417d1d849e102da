import ArrowHost
import ArrowSpec
import Glibc

/// Compares what `-v` gives with what the arrow's spec mounts, before anything starts.
enum VolumePlan {
  static func check(_ plan: MachinePlan, for arrow: ImageManifest.Arrow) throws {
    let volumes = plan.volumes
    try refuseDuplicates(volumes)
    guard volumes.count <= plan.possibleVolumes else {
      let other = MachinePlan.Machine.allCases.filter { $0.virtioDevices > plan.machine.virtioDevices }
      throw HostError(
        "the machine \(plan.machine.rawValue) has room for \(plan.possibleVolumes) volumes, not \(volumes.count)",
        hint: other.first.map { "--machine \($0.rawValue) has room for more" } ?? "put several folders on one disk")
    }
    // An image of an older tool does not say what its arrows mount.
    guard let mounts = arrow.volumes else { return }
    var disks: [String: Disk] = [:]
    for volume in volumes where volume.kind == .disk { disks[volume.name] = try Disk(volume) }
    for mount in mounts {
      guard let volume = find(mount, among: volumes, disks) else {
        // QEMU's own options may bring it.
        if plan.extraArguments.isEmpty { throw missing(mount, arrow.name, volumes) }
        continue
      }
      try check(volume, disks[volume.name], for: mount)
    }
    for volume in volumes where !mounts.contains(where: { find($0, among: [volume], disks) != nil }) {
      throw unused(volume, arrow.name, mounts)
    }
  }

  /// The guest would take the first of two with one name.
  private static func refuseDuplicates(_ volumes: [VolumeMapping]) throws {
    var names: Set<String> = [GuestContract.piecesSerial]
    for volume in volumes where !names.insert(volume.name).inserted {
      throw HostError(
        "there are two volumes \(quoted(volume.name))", hint: "\(quoted(GuestContract.piecesSerial)) is the image's")
    }
    for (index, volume) in volumes.enumerated() where volume.kind == .disk {
      guard let other = volumes[..<index].first(where: { $0.path == volume.path }) else { continue }
      throw HostError(
        "the disk \(volume.path) is given twice, as \(other.name) and \(volume.name)", hint: "leave out one -v")
    }
  }

  private struct Disk {
    let size: UInt64
    let superblock: Ext4Superblock?

    init(_ volume: VolumeMapping) throws {
      let file = try Files.open(volume.path, O_RDONLY)
      defer { close(file) }
      // The end of a block device, too.
      size = UInt64(max(0, lseek(file, 0, SEEK_END)))
      var head = [UInt8](repeating: 0, count: Ext4Superblock.end)
      superblock = pread(file, &head, head.count, 0) == head.count ? Ext4Superblock(head) : nil
    }
  }

  private static let label = "LABEL="

  private static func find(
    _ mount: ImageManifest.Volume, among volumes: [VolumeMapping], _ disks: [String: Disk]
  ) -> VolumeMapping? {
    guard mount.type == .ext4, mount.source.hasPrefix(label) else {
      return volumes.first { $0.name == mount.source }
    }
    let wanted = mount.source.utf8.dropFirst(label.utf8.count)
    return volumes.first { disks[$0.name]?.superblock?.label.elementsEqual(wanted) == true }
  }

  private static func missing(
    _ mount: ImageManifest.Volume, _ arrow: String, _ volumes: [VolumeMapping]
  ) -> HostError {
    let hint =
      if mount.type == .ninep {
        "-v FOLDER:\(mount.source)"
      } else if mount.source.hasPrefix(label) {
        "-v IMAGE:NAME, the IMAGE made by mkfs.ext4 -L \(mount.source.dropFirst(label.count))"
      } else {
        "-v IMAGE:\(mount.source); truncate -s 64M IMAGE && mkfs.ext4 -q IMAGE makes one"
      }
    return HostError(
      "the arrow \(arrow) mounts the volume \(quoted(mount.source)) on \(mount.destination), and no -v gives it",
      hint: hint)
  }

  private static func unused(
    _ volume: VolumeMapping, _ arrow: String, _ mounts: [ImageManifest.Volume]
  ) -> HostError {
    let type = volume.kind == .disk ? "ext4" : "9p"
    let hint =
      mounts.isEmpty
      ? "its spec mounts none; it can, on /data for one: "
        + #""mounts": [{"destination": "/data", "type": "\#(type)", "source": "\#(volume.name)"}]"#
      : nameHint(volume.name, among: mounts.map(\.source))
    return HostError("no mount of the arrow \(arrow) has the source \(quoted(volume.name))", hint: hint)
  }

  private static func check(_ volume: VolumeMapping, _ disk: Disk?, for mount: ImageManifest.Volume) throws {
    let place = "\(mount.type.rawValue) on \(mount.destination)"
    guard (mount.type == .ext4) == (volume.kind == .disk) else {
      throw HostError(
        "\(volume.path) is a \(volume.kind == .disk ? "file" : "folder"), and the spec mounts it as \(place)",
        hint: volume.kind == .disk
          ? "give a folder, or a spec with \"type\": \"ext4\"" : "give a disk image, or a spec with \"type\": \"9p\"")
    }
    guard let disk else { return }
    func problem(_ text: String, _ hint: String) -> HostError {
      HostError("the volume \(volume.path) \(text)", hint: hint)
    }
    guard let superblock = disk.superblock else {
      throw problem("has no ext4 file system", "mkfs.ext4 -q \(volume.path) makes one, and empties it")
    }
    if superblock.isLarger(than: disk.size) {
      throw problem(
        "has been cut: its file system is larger than its \(disk.size) bytes", "take a whole copy of it")
    }
    if let feature = superblock.unsupported(isReadOnly: mount.readOnly) {
      throw problem(
        "has \(feature), which the guest's kernel can't mount",
        "make it without: mkfs.ext4 -q \(volume.path), which empties it")
    }
    if mount.readOnly { return }
    if volume.isReadOnly {
      throw problem(
        "is for reading only, and the spec mounts it on \(mount.destination) for writing",
        "leave out :ro, or give the mount \"options\": [\"ro\"]")
    }
    if superblock.hasErrors {
      throw problem("has errors, which a kernel found when it was mounted before", "e2fsck -f \(volume.path)")
    }
  }
}
