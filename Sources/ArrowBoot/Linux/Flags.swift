/// Flags of `mount(2)`, by their kernel numbers.
public struct MountFlags: OptionSet, Sendable {
  public let rawValue: UInt
  public init(rawValue: UInt) { self.rawValue = rawValue }
  public static let readOnly = MountFlags(rawValue: 1)
  public static let noSetUID = MountFlags(rawValue: 2)
  public static let noDevices = MountFlags(rawValue: 4)
  public static let noExecute = MountFlags(rawValue: 8)
  public static let noSymbolicLinks = MountFlags(rawValue: 1 << 8)
  public static let noAccessTime = MountFlags(rawValue: 1 << 10)
  public static let noFolderAccessTime = MountFlags(rawValue: 1 << 11)
  public static let bind = MountFlags(rawValue: 1 << 12)
  public static let recursive = MountFlags(rawValue: 1 << 14)
  public static let strictAccessTime = MountFlags(rawValue: 1 << 24)

  /// The same flags as `mount_setattr(2)` takes them: the first four have the same numbers there, the others do not.
  var attributes: UInt64 {
    var attributes = UInt64(intersection([.readOnly, .noSetUID, .noDevices, .noExecute]).rawValue)
    // One choice of several: noatime wins over strictatime.
    attributes |= contains(.noAccessTime) ? 0x10 : contains(.strictAccessTime) ? 0x20 : 0
    if contains(.noFolderAccessTime) { attributes |= 0x80 }
    if contains(.noSymbolicLinks) { attributes |= 0x20_0000 }
    return attributes
  }
}

/// Flags of `open(2)`, by their kernel numbers.
public struct OpenFlags: OptionSet, Sendable {
  public let rawValue: Int32
  public init(rawValue: Int32) { self.rawValue = rawValue }
  public static let read: OpenFlags = []
  public static let write = OpenFlags(rawValue: 1)
  public static let readWrite = OpenFlags(rawValue: 2)
  /// A new file gets mode 0644.
  public static let create = OpenFlags(rawValue: 0o100)
  public static let truncate = OpenFlags(rawValue: 0o1000)
  public static let noControlTerminal = OpenFlags(rawValue: 0o400)
  public static let nonBlocking = OpenFlags(rawValue: 0o4000)
  public static let folder = OpenFlags(rawValue: Architecture.openFolder)
}

/// `st_mode` of `stat(2)`.
enum FileMode {
  static func isFolder(_ mode: UInt32) -> Bool { mode & 0o170000 == 0o040000 }
}
