import ArrowSpec

/// One entry of the spec's `mounts`.
enum MountVolumes {
  static func mount(_ mount: Spec.Mount, for user: Spec.User, _ linux: some Linux) throws(BootError) {
    let options = MountOptions(mount.options)
    let target = taskRoot + mount.destination
    // Below a tmpfs there is no folder yet; anywhere else mkarrowimg has made it.
    _ = try? linux.makeFolder(target, mode: 0o755)
    let device = mount.kind == .ext4 ? try blockDevice(mount.source, linux) : mount.source
    try must("mount \(device) on \(mount.destination)") { () throws(Errno) in
      switch mount.kind {
      case .tmpfs:
        let data = "mode=1777" + options.data
        try linux.mount("tmpfs", on: target, type: "tmpfs", flags: options.flags, data: data)
      case .bind:
        // The flags of a bind mount are set by mounting it anew (mount(2)).
        try linux.mount(taskRoot + device, on: target, type: "", flags: [.bind, .recursive], data: "")
        try linux.mount("", on: target, type: "", flags: options.flags.union([.bind, .remount]), data: "")
      case .ninep:
        let data = "trans=virtio,version=9p2000.L,msize=131072" + options.data
        try linux.mount(device, on: target, type: "9p", flags: options.flags, data: data)
      case .ext4:
        try linux.mount(device, on: target, type: "ext4", flags: options.flags, data: String(decoding: options.data.utf8.dropFirst(), as: UTF8.self))
        // mkfs leaves a new volume to root; the task is to write to it.
        if !options.flags.contains(.readOnly) { try linux.setOwner(target, uid: user.uid, gid: user.gid) }
      }
    }
  }

  /// The device that `LABEL=NAME`, a disk's serial or a path below /dev means.
  private static func blockDevice(_ source: String, _ linux: some Linux) throws(BootError) -> String {
    if source.utf8.first == 0x2F { return source }
    let prefix = Array("LABEL=".utf8)
    let label = source.utf8.starts(with: prefix) ? Array(source.utf8.dropFirst(prefix.count)) : nil
    for disk in (try? linux.names(in: "/sys/block")) ?? [] {
      if let label {
        if ext4Label("/dev/\(disk)", linux).elementsEqual(label) { return "/dev/\(disk)" }
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

  /// `s_volume_name` of the superblock (ext4(5), Documentation/filesystems/ext4): 16 bytes at 1024 + 0x78.
  private static func ext4Label(_ device: String, _ linux: some Linux) -> ArraySlice<UInt8> {
    guard let head = try? linux.contents(of: device, limit: 1024 + 0x88), head.count == 1024 + 0x88,
      head[1024 + 0x38..<1024 + 0x3A].elementsEqual([0x53, 0xEF])
    else { return [] }
    return head[(1024 + 0x78)...].prefix { $0 != 0 }
  }
}

/// The options of a mount as mount(8) writes them: flags of mount(2), and the rest for the file system.
struct MountOptions {
  /// Safe unless an option says otherwise: no set-user-ID programs, devices or executables in a writable place.
  var flags: MountFlags = [.noSetUID, .noDevices, .noExecute]
  /// Each option with a comma before it.
  var data = ""

  private static let words: [(word: StaticString, flag: MountFlags, isSet: Bool)] = [
    ("ro", .readOnly, true), ("rw", .readOnly, false), ("nosuid", .noSetUID, true), ("suid", .noSetUID, false),
    ("nodev", .noDevices, true), ("dev", .noDevices, false), ("noexec", .noExecute, true), ("exec", .noExecute, false),
    ("noatime", .noAccessTime, true), ("bind", [], true), ("rbind", [], true), ("defaults", [], true),
  ]

  init(_ options: [String]) {
    for option in options {
      let known = Self.words.first {
        option.utf8.elementsEqual(UnsafeBufferPointer(start: $0.word.utf8Start, count: $0.word.utf8CodeUnitCount))
      }
      if let known {
        if known.isSet { flags.insert(known.flag) } else { flags.remove(known.flag) }
      } else {
        data += "," + option
      }
    }
  }
}
