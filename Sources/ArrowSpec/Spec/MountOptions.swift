/// The options of a mount as mount(8) writes them, taken apart: flags of mount(2), and words for the file system.
public struct MountOptions: Equatable {
  /// MS_* of mount(2). Safe unless an option says otherwise: no set-user-ID programs, devices or executables in a
  /// place that can be written to.
  public private(set) var flags: UInt = noSetUID | noDevices | noExecute
  /// What the file system is told: `size=64m,mode=0755`.
  public private(set) var data = ""

  /// Neither the file system nor this mount of it can be written to.
  public var isReadOnly: Bool { flags & Self.readOnly != 0 }

  private static let readOnly: UInt = 1
  private static let noSetUID: UInt = 2
  private static let noDevices: UInt = 4
  private static let noExecute: UInt = 8
  public static let bind: UInt = 1 << 12
  public static let recursive: UInt = 1 << 14

  /// mount(8), "Filesystem-independent mount options". `private` sets nothing: a single mount namespace is private
  /// anyway. `shared` needs a second one and is unknown here.
  private static let words: [(word: String, flag: UInt, isSet: Bool)] = [
    ("ro", readOnly, true), ("rw", readOnly, false), ("nosuid", noSetUID, true), ("suid", noSetUID, false),
    ("nodev", noDevices, true), ("dev", noDevices, false), ("noexec", noExecute, true), ("exec", noExecute, false),
    ("sync", 16, true), ("async", 16, false), ("dirsync", 128, true), ("nosymfollow", 256, true),
    ("symfollow", 256, false), ("noatime", 1 << 10, true), ("atime", 1 << 10, false), ("nodiratime", 1 << 11, true),
    ("diratime", 1 << 11, false), ("relatime", 1 << 21, true), ("norelatime", 1 << 21, false),
    ("strictatime", 1 << 24, true), ("nostrictatime", 1 << 24, false), ("lazytime", 1 << 25, true),
    ("nolazytime", 1 << 25, false), ("bind", bind, true), ("rbind", bind | recursive, true), ("private", 0, true),
    ("rprivate", 0, true), ("defaults", 0, true),
  ]

  /// These are the file system's, not one mount's: a bind mount can't have them.
  private static let ofFileSystem: UInt = 16 | 128 | 1 << 25

  init(_ options: [JSONValue], of kind: MountKind) throws(SpecError) {
    let words = Self.words.filter { kind != .bind || $0.flag & Self.ofFileSystem == 0 }
    for option in options {
      let text = try option.string(allowsEmpty: false)
      if let word = words.first(where: { $0.word.hasSameBytes(as: text) }) {
        if word.isSet { flags |= word.flag } else { flags &= ~word.flag }
        continue
      }
      try FileSystemOption.check(option, text, of: kind, words: words.map { $0.word })
      data += data.utf8.isEmpty ? text : "," + text
    }
  }
}
