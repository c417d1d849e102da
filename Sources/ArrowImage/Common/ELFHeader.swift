/// As much of elf(5) as it takes to tell a program that can't run.
///
/// Only 64-bit little-endian files are read; a VM could run no others. Numbers in a file are never trusted:
/// what lies behind its end is not there.
struct ELFHeader {
  private let file: [UInt8]

  private static let magic: [UInt8] = [0x7F, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F")]
  /// ELFCLASS64 and ELFDATA2LSB.
  private static let format: [UInt8] = [2, 1]
  private static let size = 64

  /// Whether the bytes begin as an ELF file does, of whatever machine.
  static func isELF(_ file: [UInt8]) -> Bool { file.starts(with: magic) }

  /// `nil` for what is no ELF file, is cut off in its header, or is not 64-bit little-endian.
  init?(_ file: [UInt8]) {
    guard file.count >= Self.size, file.starts(with: Self.magic + Self.format) else { return nil }
    self.file = file
  }

  func isFor(_ machine: TargetMachine) -> Bool { number(at: 18, bytes: 2) == machine.elfMachine }

  /// ET_REL: objects to be linked.
  var isRelocatable: Bool { number(at: 16, bytes: 2) == 1 }

  /// Whether the program is started by a loader (PT_INTERP): it is then not statically linked.
  var needsLoader: Bool { !loaderHeaders.isEmpty }

  /// The program with another loader's path, which is put at the file's end: there any length has room.
  func replacingLoader(by path: String) -> [UInt8] {
    var changed = file
    for header in loaderHeaders where header + Self.programHeaderSize <= file.count {
      let text = Array(path.utf8) + [0]
      // p_offset, p_filesz, p_memsz
      for (offset, value) in [(8, file.count), (32, text.count), (40, text.count)] {
        for byte in 0..<8 { changed[header + offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
      }
      changed += text
    }
    return changed
  }

  /// Those fields of a program header that are changed end here.
  private static let programHeaderSize = 48

  /// Where the program headers of the type PT_INTERP are.
  private var loaderHeaders: [Int] {
    let (start, size, count) = (number(at: 32, bytes: 8), number(at: 54, bytes: 2), number(at: 56, bytes: 2))
    guard start < file.count else { return [] }
    return (0..<count).map { start + $0 * size }.filter { number(at: $0, bytes: 4) == 3 }
  }

  /// A little-endian number; 0 where the file has ended, and the largest there is for one that is larger.
  private func number(at offset: Int, bytes: Int) -> Int {
    guard offset >= 0, offset <= file.count - bytes else { return 0 }
    let value = file[offset..<offset + bytes].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(clamping: value)
  }
}
