// Reads `mounts`, which has OCI's keys and the kinds of mounts that a VM has.

extension Spec.Mount {
  init(_ value: JSONValue) throws(SpecError) {
    let object = try ObjectReader(value, "mounts[]", keys: "destination type source options")
    destination = try object.require("destination").mountPoint()
    let optionValues = try object.take("options")?.elements(atMost: JSONValue.maximumListLength) ?? []
    kind = try Self.kind(object, isBind: optionValues.contains { $0.isString("bind") || $0.isString("rbind") })
    if let value = object.take("source") {
      source = try value.mountSource(of: kind)
    } else if kind == .tmpfs {
      source = "tmpfs"
    } else {
      throw SpecError("a mount of type \(kind.name) needs a \"source\"", at: value.offset)
    }
    options = try MountOptions(optionValues, of: kind)
  }

  /// "A mount is a bind mount if it has either bind or rbind in the options"; then the type says nothing, and is often
  /// `none` (runtime-spec, config.md).
  private static func kind(_ object: ObjectReader, isBind: Bool) throws(SpecError) -> MountKind {
    if !isBind {
      return try object.require("type").oneOf(("tmpfs", .tmpfs), ("ext4", .ext4), ("9p", .ninep), ("bind", .bind))
    }
    if let type = object.take("type") { _ = try type.oneOf(("bind", true), ("none", true)) }
    return .bind
  }

  /// Refuses two mounts on one place: the second would hide the first.
  static func refuseHidden(_ mounts: [Spec.Mount], at places: JSONValue) throws(SpecError) {
    var values = places.children
    for index in mounts.indices {
      let value = values.next()
      let path = mounts[index].destination
      if mounts[..<index].contains(where: { isSamePath($0.destination, path) }) {
        throw SpecError("\(quoted(path)) is mounted over twice", at: value?.member("destination")?.offset)
      }
    }
  }

  private static func isSamePath(_ a: String, _ b: String) -> Bool {
    pathComponents(a).elementsEqual(pathComponents(b)) { $0.elementsEqual($1) }
  }
}

extension JSONValue {
  /// Where something may be mounted: not over the whole root, nor over the file systems of the kernel and arrow-init,
  /// nor over what the task is made of.
  fileprivate func mountPoint() throws(SpecError) -> String {
    let path = try absolutePath()
    let components = pathComponents(path)
    guard let top = components.first else { throw SpecError("a mount over the whole root", at: offset) }
    func isBelow(_ name: String) -> Bool { top.elementsEqual(name.utf8) }
    if isBelow("proc") || isBelow("sys") || (isBelow("dev") && components.count == 1) {
      throw SpecError("\(quoted(path)) is the kernel's and can't be mounted over", at: offset)
    }
    // Below these a mount hides only what its spec names.
    let isWhole = components.count == 1 && (isBelow("meta") || isBelow("share") || isBelow("etc"))
    if isWhole || isBelow("binary") || isBelow(".arrow") {
      throw SpecError(
        "\(quoted(path)) is the image's and can't be mounted over", at: offset, hint: "a folder of its own, as /data")
    }
    return path
  }

  fileprivate func mountSource(of kind: MountKind) throws(SpecError) -> String {
    switch kind {
    case .tmpfs: return try string()
    case .bind: return try absolutePath()
    case .ext4: return try blockDevice()
    case .ninep:
      let tag = try string(allowsEmpty: false)
      if tag.utf8.count > 31 { throw SpecError("a 9p tag is at most 31 bytes long", at: offset) }
      return tag
    }
  }

  /// `LABEL=NAME`, a path below /dev or a disk's serial number.
  private func blockDevice() throws(SpecError) -> String {
    let source = try string(allowsEmpty: false)
    let label = "LABEL="
    if source.utf8.starts(with: label.utf8) {
      guard (1...16).contains(source.utf8.count - label.utf8.count) else {
        throw SpecError("the label of an ext4 file system is 1 to 16 bytes long", at: offset)
      }
    } else if source.utf8.first == UInt8(ascii: "/") {
      guard source.utf8.starts(with: "/dev/".utf8), source.utf8.count > 5 else {
        throw SpecError("\(quoted(source)) is no device", at: offset, hint: "a path below /dev, LABEL=NAME or a serial")
      }
      return try absolutePath()
    } else if source.utf8.count > 20 {
      throw SpecError("the serial number of a virtio disk is at most 20 bytes long", at: offset)
    }
    return source
  }
}
