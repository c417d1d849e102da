/// What an ext4 file system says of itself (Documentation/filesystems/ext4/super.rst). The host looks at a volume before
/// the start, the guest before it mounts.
public struct Ext4Superblock {
  private static let start = 1024
  /// How much of a disk's beginning it needs, in bytes.
  public static let end = start + 0x154

  /// `s_volume_name`, up to its first NUL.
  public let label: ArraySlice<UInt8>
  /// EXT4_ERROR_FS in `s_state`.
  public let hasErrors: Bool
  private let blocks: UInt64
  /// The power of two, from 1024 on.
  private let blockSizeLog: UInt32
  private let incompatible: UInt32
  private let readOnlyCompatible: UInt32

  /// `nil` where there is no ext4.
  public init?(_ head: [UInt8]) {
    guard head.count >= Self.end, head[Self.start + 0x38] == 0x53, head[Self.start + 0x39] == 0xEF else { return nil }
    func number(_ offset: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(head[Self.start + offset + $1]) << UInt32(8 * $1) }
    }
    label = head[(Self.start + 0x78)..<(Self.start + 0x88)].prefix { $0 != 0 }
    hasErrors = head[Self.start + 0x3A] & 2 != 0
    blockSizeLog = number(0x18)
    incompatible = number(0x60)
    readOnlyCompatible = number(0x64)
    // INCOMPAT_64BIT
    blocks = UInt64(number(0x4)) | (incompatible & 0x80 == 0 ? 0 : UInt64(number(0x150)) << 32)
  }

  /// Whether it would end behind a disk of so many bytes: the image has been cut.
  public func isLarger(than disk: UInt64) -> Bool {
    blockSizeLog < 16 && blocks > disk >> UInt64(10 + blockSizeLog)
  }

  /// What the guest's kernel can't mount, in the words of mke2fs(8); `nil` where it can. It is built without Unicode and
  /// quotas (`image/kernel/arrow.config`), and has pages of 4 KiB.
  public func unsupported(isReadOnly: Bool) -> String? {
    if blockSizeLog > 2 { return "blocks of more than 4096 bytes" }
    if incompatible & 0x8 != 0 { return "a journal and nothing else" }
    if incompatible & 0x2_0000 != 0 { return "the feature casefold" }
    if incompatible & ~0x1_E7D6 != 0 { return "a feature newer than the guest's kernel" }
    if isReadOnly { return nil }
    if readOnlyCompatible & 0x100 != 0 { return "the feature quota" }
    if readOnlyCompatible & 0x2000 != 0 { return "the feature project" }
    return nil
  }
}
