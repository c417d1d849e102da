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
    let device =
      switch mount.kind {
      case .ext4: try blockDevice(mount.source, linux)
      case .tmpfs: "tmpfs"
      case .ninep, .bind: mount.source
      }
    if mount.kind == .ext4 && !flags.contains(.readOnly) { try check(device, of: mount, linux) }
    try must("mount \(device) on \(mount.destination)") { () throws(Errno) in
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
        let transport = "trans=virtio,version=9p2000.L,msize=131072"
        try linux.mount(device, on: target, type: "9p", flags: flags, data: join(transport, data))
      case .ext4:
        try linux.mount(device, on: target, type: "ext4", flags: flags, data: data)
        // mkfs makes root the owner of a new volume, but the task is to write to it.
        if !flags.contains(.readOnly) { try linux.setOwner(target, uid: user.uid, gid: user.gid) }
      }
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
        if Ext4Superblock(of: "/dev/\(disk)", linux)?.label.elementsEqual(label) == true { return "/dev/\(disk)" }
      } else if linux.hasSerial(source, disk: disk) {
        return "/dev/\(disk)"
      }
    }
    throw BootError(
      "no volume \(source)",
      hint: label == nil
        ? "give QEMU a disk with that serial: -device virtio-blk-device,drive=...,serial=\(source)"
        : "make it with mkfs.ext4 -L and give it to QEMU as a virtio disk")
  }

  /// Refuses a file system that is known to be damaged: writing would damage it further. A journal with entries is no
  /// damage; the kernel plays it back when it mounts.
  private static func check(_ device: String, of mount: Spec.Mount, _ linux: some Linux) throws(BootError) {
    guard let superblock = Ext4Superblock(of: device, linux), superblock.hasErrors else { return }
    throw BootError(
      "the volume \(mount.source) has errors, which the kernel found when it was mounted before",
      hint: "mend it on the host: e2fsck -f IMAGE")
  }
}

/// What arrow-init looks at in an ext4 file system before it is mounted (Documentation/filesystems/ext4/super.rst).
private struct Ext4Superblock {
  /// `s_volume_name`, up to its first NUL.
  let label: ArraySlice<UInt8>
  /// EXT4_ERROR_FS in `s_state`.
  let hasErrors: Bool

  /// `nil` where the device has no ext4.
  init?(of device: String, _ linux: some Linux) {
    let start = 1024
    let size = 0x88
    guard let head = try? linux.contents(of: device, limit: start + size), head.count == start + size,
      head[start + 0x38] == 0x53, head[start + 0x39] == 0xEF
    else { return nil }
    hasErrors = head[start + 0x3A] & 2 != 0
    label = head[(start + 0x78)...].prefix { $0 != 0 }
  }
}
