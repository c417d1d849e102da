import ArrowHost
import Glibc

/// The two programs every image boots: the kernel and arrow-init.
enum GuestPart {
  case kernel, arrowInit

  private var name: String { self == .kernel ? "kernel" : "arrow-init" }
  private var option: String { self == .kernel ? "--kernel" : "--init" }

  /// The contents of the file `path`, or of the one that came with this program.
  func find(_ path: String?) throws(HostError) -> [UInt8] {
    if let path {
      guard try Files.status(of: path) != nil else { throw HostError("there is no \(name) \(path)", kind: .input) }
      return try read(path)
    }
    let candidates = Self.homes().map { "\($0)/\(name)" }
    for candidate in candidates where try Files.status(of: candidate) != nil { return try read(candidate) }
    throw HostError(
      "there is no \(name): looked for \(candidates.joined(separator: " and "))",
      hint: "make image builds it; or name another one: \(option) FILE")
  }

  /// In a clone `make` puts both into `.build/guest`; beside an installed `PREFIX/bin/mkarrowimg` they are in
  /// `PREFIX/lib/arrow`.
  static func homes(executable: String = Self.executable) -> [String] {
    let prefix = Files.split(Files.split(executable).folder).folder
    // As SwiftPM leaves it: CLONE/.build/x86_64-unknown-linux-gnu/release/mkarrowimg.
    let components = executable.split(separator: "/")
    if let build = components.suffix(4).lastIndex(where: { $0.hasPrefix(".build") }) {
      return ["/\(components[..<build].joined(separator: "/"))/.build/guest"]
    }
    return ["\(prefix)/.build/guest", "\(prefix)/lib/arrow"]
  }

  private static var executable: String {
    guard let path = realpath("/proc/self/exe", nil) else { return "" }
    defer { free(path) }
    return String(cString: path)
  }

  private func read(_ path: String) throws(HostError) -> [UInt8] {
    let contents = try Files.contents(of: path)
    switch self {
    case .kernel where !ELFHeader.isForAMD64(contents) && !isBootImage(contents):
      throw HostError("\(path) is not a kernel for x86-64", hint: "a vmlinux or a bzImage is needed", kind: .input)
    case .arrowInit where !ELFHeader.isForAMD64(contents):
      throw HostError("\(path) is not a program for x86-64", kind: .input)
    // The initrd has no loader and no libraries; the kernel would panic.
    case .arrowInit where ELFHeader.needsLoader(contents):
      throw HostError(
        "\(path) is not statically linked", hint: "build it with --traits Guest, as make image does", kind: .input)
    default: return contents
    }
  }

  /// `HdrS` at 0x202 (Documentation/arch/x86/boot.rst).
  private func isBootImage(_ contents: [UInt8]) -> Bool {
    contents.count > 0x206 && contents[0x202..<0x206].elementsEqual("HdrS".utf8)
  }
}

/// As much of elf(5) as it takes to tell a program that can't run.
enum ELFHeader {
  /// 64 bits, little-endian, EM_X86_64.
  static func isForAMD64(_ file: [UInt8]) -> Bool {
    file.count >= 64 && file.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) && number(file, at: 18, bytes: 2) == 62
  }

  /// ET_REL: objects to be linked.
  static func isRelocatable(_ file: [UInt8]) -> Bool { isForAMD64(file) && number(file, at: 16, bytes: 2) == 1 }

  /// Whether a program header has the type PT_INTERP.
  static func needsLoader(_ file: [UInt8]) -> Bool {
    let start = number(file, at: 32, bytes: 8)
    let size = number(file, at: 54, bytes: 2)
    return (0..<number(file, at: 56, bytes: 2)).contains { number(file, at: start + $0 * size, bytes: 4) == 3 }
  }

  /// The program with another loader's path: at its end, where any length has room.
  static func replacingLoader(of file: [UInt8], by path: String) -> [UInt8] {
    let start = number(file, at: 32, bytes: 8)
    let size = number(file, at: 54, bytes: 2)
    var changed = file
    for header in (0..<number(file, at: 56, bytes: 2)).map({ start + $0 * size })
    where number(file, at: header, bytes: 4) == 3 && header + 48 <= file.count {
      let text = Array(path.utf8) + [0]
      for (offset, value) in [(8, file.count), (32, text.count), (40, text.count)] {
        for byte in 0..<8 { changed[header + offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
      }
      changed += text
    }
    return changed
  }

  private static func number(_ file: [UInt8], at offset: Int, bytes: Int) -> Int {
    guard offset >= 0, offset <= file.count - bytes else { return 0 }
    return file[offset..<offset + bytes].reversed().reduce(0) { ($0 & Int.max >> 8) << 8 | Int($1) }
  }
}
