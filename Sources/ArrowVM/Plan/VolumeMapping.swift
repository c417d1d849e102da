import ArrowHost
import ArrowSpec
import CHost
import Glibc

/// One `-v`: `PATH:NAME[:ro]`. A file becomes a disk whose serial number is NAME. A folder is shared over 9p with the
/// tag NAME. The arrow's spec mounts it: the mount's `source` is NAME.
public struct VolumeMapping: Equatable {
  public enum Kind { case disk, folder }

  /// From the root, because the VM's program works in another folder.
  public var path: String
  public var name: String
  public var isReadOnly = false
  public var kind: Kind
  /// Whether files of a folder can have extended attributes, which is where QEMU keeps what the guest says of them.
  public var hasAttributes = true

  /// virtio-blk's and 9p's own limits, in bytes.
  private static func maximumNameLength(_ kind: Kind) -> Int { kind == .disk ? 20 : 31 }

  public init(_ text: String) throws {
    var fields = text.fields(separatedBy: ":")
    if let last = fields.last, last == "ro" || last == "rw" {
      isReadOnly = last == "ro"
      fields.removeLast()
    }
    name = fields.count > 1 ? fields.removeLast() : ""
    let source = fields.joined(separator: ":")
    guard !name.isEmpty, !source.isEmpty else {
      throw HostError(
        "-v \(text) is not a volume", hint: "PATH:NAME[:ro], NAME as the spec's mount has it for \"source\"")
    }
    if name.hasPrefix("/") {
      throw HostError(
        "-v \(text): the arrow's spec says where a volume is mounted",
        hint: "-v \(source):NAME, NAME as the spec's mount has it for \"source\"")
    }
    (path, kind) = try Self.find(source, isReadOnly: isReadOnly)
    try check(text)
    hasAttributes = host_has_attributes(path) != 0
  }

  private static func find(_ source: String, isReadOnly: Bool) throws -> (String, Kind) {
    guard let path = realPath(source) else {
      if errno != ENOENT { throw Files.failure("use the volume \(source)") }
      throw HostError(
        "there is no volume \(source)", hint: "make one: truncate -s 64M \(source) && mkfs.ext4 -q \(source)")
    }
    let type = try Files.status(of: path)?.st_mode ?? 0
    guard [S_IFREG, S_IFBLK, S_IFDIR].contains(type & S_IFMT) else {
      throw HostError("the volume \(source) is neither a file nor a folder")
    }
    if access(path, isReadOnly ? R_OK : R_OK | W_OK) != 0 { throw Files.failure("use the volume \(source)") }
    return (path, type & S_IFMT == S_IFDIR ? .folder : .disk)
  }

  private func check(_ text: String) throws {
    let limit = Self.maximumNameLength(kind)
    guard name.utf8.allSatisfy(isASCIINameByte), name.utf8.count <= limit else {
      throw HostError(
        "-v \(text): \(quoted(name)) can't be a volume's name", hint: "at most \(limit) letters, digits, '_', '.', '-'")
    }
  }
}
