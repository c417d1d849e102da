/// A compiled seccomp filter as it lies in the pieces: a header, then the BPF program.
///
///     offset 0   8 bytes  "ARROWBPF"
///     offset 8   u32      number of instructions, 1 to 4096 (BPF_MAXINSNS)
///     offset 12  u32      CRC-32 (IEEE 802.3) of the instructions
///     offset 16  n * 8    struct sock_filter, as seccomp(2) takes it
///
/// All numbers little-endian. A filter that is damaged is not loaded, and the task does not start.
public enum SeccompFilterFile {
  /// The program of a profile whose default is SCMP_ACT_LOG and that has no rule: BPF_RET | BPF_K, SECCOMP_RET_LOG.
  public static let logsEverything: [UInt8] = [0x06, 0, 0, 0, 0, 0, 0xFC, 0x7F]

  static let magic = Array("ARROWBPF".utf8)
  static let headerSize = 16
  static let maximumInstructions = 4096

  public static func encode(program: [UInt8]) -> [UInt8] {
    magic + littleEndian(UInt32(program.count / 8)) + littleEndian(crc32(program[...])) + program
  }

  /// The program in `file`; an error that says what is wrong with it.
  public static func decode(_ file: [UInt8]) throws(SpecError) -> ArraySlice<UInt8> {
    guard file.count >= headerSize, file.starts(with: magic) else { throw SpecError("not a compiled seccomp filter") }
    let program = file[headerSize...]
    let count = Int(number(file[8..<12]))
    guard (1...maximumInstructions).contains(count), program.count == count * 8 else {
      throw SpecError("the seccomp filter is cut short or too long")
    }
    guard crc32(program) == number(file[12..<16]) else { throw SpecError("the seccomp filter's checksum is wrong") }
    return program
  }

  private static func littleEndian(_ value: UInt32) -> [UInt8] {
    [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Takes four bits at a time: the table fits a cache line and needs no set-up.
  static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var crc = ~UInt32(0)
    for byte in bytes {
      crc ^= UInt32(byte)
      crc = crc >> 4 ^ crcTable(crc & 15)
      crc = crc >> 4 ^ crcTable(crc & 15)
    }
    return ~crc
  }

  private static func crcTable(_ nibble: UInt32) -> UInt32 {
    switch nibble {
    case 0: 0
    case 1: 0x1DB7_1064
    case 2: 0x3B6E_20C8
    case 3: 0x26D9_30AC
    case 4: 0x76DC_4190
    case 5: 0x6B6B_51F4
    case 6: 0x4DB2_6158
    case 7: 0x5005_713C
    case 8: 0xEDB8_8320
    case 9: 0xF00F_9344
    case 10: 0xD6D6_A3E8
    case 11: 0xCB61_B38C
    case 12: 0x9B64_C2B0
    case 13: 0x86D3_D2D4
    case 14: 0xA00A_E278
    default: 0xBDBD_F21C
    }
  }
}
