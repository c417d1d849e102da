import ArrowSpec

/// Mounts the spec's `mounts`, and unmounts them at the end.
enum MountVolumes {
  static func mount(_ mounts: [Spec.Mount], for user: Spec.User, _ linux: some Linux) throws(BootError) {
    for mount in mounts { try self.mount(mount, for: user, linux) }
  }

  /// A volume that is unmounted is clean for whoever mounts it next. Where unmounting fails, its journal has
  /// everything.
  static func unmount(_ mounts: [Spec.Mount], _ linux: some Linux) {
    for mount in mounts.reversed() {
      guard let target = try? linux.realPath(mount.destination, in: TaskRoot.path) else { continue }
      try? linux.unmount(target)
    }
  }

  private static func mount(_ mount: Spec.Mount, for user: Spec.User, _ linux: some Linux) throws(BootError) {
    let flags = MountFlags(rawValue: mount.options.flags)
    let data = mount.options.data
    let target = try must("make the folder \(mount.destination)", folder(mount.destination, linux))
    let device = mount.kind == .ext4 ? try blockDevice(mount.source, linux) : mount.source
    if mount.kind == .ext4 { try check(device, of: mount, isReadOnly: flags.contains(.readOnly), linux) }
    do throws(Errno) {
      switch mount.kind {
      case .tmpfs:
        try linux.mount("tmpfs", on: target, type: "tmpfs", flags: flags, data: join("mode=1777", data))
      case .bind:
        let source = try linux.realPath(device, in: TaskRoot.path)
        let binding = flags.intersection([.bind, .recursive]).union(.bind)
        try linux.mount(source, on: target, type: "", flags: binding, data: "")
        // A bind mount inherits the flags of its source until they are set.
        let safe: MountFlags = [.readOnly, .noSetUID, .noDevices, .noExecute]
        try linux.setMountFlags(target, set: flags.subtracting(binding), clear: safe.subtracting(flags))
      case .ninep:
        // mmap: without any cache there are no shared mappings, which SQLite's WAL needs.
        let preset = "trans=virtio,version=9p2000.L,msize=131072,cache=mmap"
        try linux.mount(device, on: target, type: "9p", flags: flags, data: join(preset, data))
      case .ext4:
        try linux.mount(device, on: target, type: "ext4", flags: flags, data: data)
        // mkfs makes root the owner of a new volume, but the task is to write to it.
        if !flags.contains(.readOnly) { try linux.setOwner(target, uid: user.uid, gid: user.gid) }
      }
    } catch {
      if mount.kind == .ninep, error == .noEntry {
        throw BootError("no volume \(device)", hint: "-v FOLDER:\(device), or a 9p share with that tag")
      }
      let isVolume = mount.kind == .ext4 || mount.kind == .ninep
      let what = isVolume ? "the volume \(mount.source)" : device
      throw BootError(cannot: "mount \(what) on \(mount.destination)", error)
    }
  }

  /// The folder to mount on. In a tmpfs it may have to be made; everywhere else mkarrowimg has made it.
  private static func folder(_ destination: String, _ linux: some Linux) throws(Errno) -> String {
    if let found = try linux.find(inTask: destination) { return found }
    var path = ""
    var folder = TaskRoot.path
    for component in destination.utf8.split(separator: UInt8(ascii: "/")) {
      let name = "/" + String(decoding: component, as: UTF8.self)
      path += name
      if let found = try linux.find(inTask: path) {
        folder = found
      } else {
        folder += name
        try linux.makeFolder(folder, mode: 0o755)
      }
    }
    return folder
  }

  /// A later option wins over an earlier one.
  private static func join(_ preset: String, _ data: String) -> String {
    data.utf8.isEmpty ? preset : preset + "," + data
  }

  /// The device for `LABEL=NAME`, a disk's serial or a path below /dev.
  private static func blockDevice(_ source: String, _ linux: some Linux) throws(BootError) -> String {
    if source.utf8.first == UInt8(ascii: "/") { return source }
    let prefix = Array("LABEL=".utf8)
    let label = source.utf8.starts(with: prefix) ? Array(source.utf8.dropFirst(prefix.count)) : nil
    for disk in (try? linux.names(in: "/sys/block")) ?? [] {
      if let label {
        if superblock(of: "/dev/\(disk)", linux)?.label.elementsEqual(label) == true { return "/dev/\(disk)" }
      } else if linux.hasSerial(source, disk: disk) {
        return "/dev/\(disk)"
      }
    }
    throw BootError(
      "no volume \(source)",
      hint: label == nil
        ? "-v IMAGE:\(source), or a virtio disk with that serial" : "-v IMAGE:NAME, the IMAGE made by mkfs.ext4 -L")
  }

  private static func superblock(of device: String, _ linux: some Linux) -> Ext4Superblock? {
    (try? linux.contents(of: device, limit: Ext4Superblock.end)).flatMap(Ext4Superblock.init)
  }

  /// Refuses what the kernel can't mount, with the reason that it has only for its log, and what is known to be damaged:
  /// writing would damage it further. A journal with entries is no damage; the kernel plays it back when it mounts.
  private static func check(
    _ device: String, of mount: Spec.Mount, isReadOnly: Bool, _ linux: some Linux
  ) throws(BootError) {
    let head = try must("read the volume \(mount.source)", linux.contents(of: device, limit: Ext4Superblock.end))
    guard let superblock = Ext4Superblock(head) else {
      throw BootError(
        "the volume \(mount.source) has no ext4 file system",
        hint: "make one on the host, which empties it: mkfs.ext4 -q IMAGE")
    }
    if let feature = superblock.unsupported(isReadOnly: isReadOnly) {
      throw BootError(
        "the volume \(mount.source) has \(feature), which the kernel can't mount",
        hint: "make it without: mkfs.ext4 -q IMAGE, which empties it")
    }
    if !isReadOnly, superblock.hasErrors {
      throw BootError(
        "the volume \(mount.source) has errors, which the kernel found when it was mounted before",
        hint: "mend it on the host: e2fsck -f IMAGE")
    }
  }
}
