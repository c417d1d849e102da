import ArrowHost
import Glibc

/// A temporary folder that goes when the test is over, and short words for filling it.
final class Scratch {
  let path: String

  init() {
    var template = Array("/tmp/arrow-image-test-XXXXXX".utf8CString)
    path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
  }

  deinit { try? Files.remove(path) }

  func url(_ relative: String) -> String { "\(path)/\(relative)" }

  /// Writes a file; the folders above it are made.
  func write(_ text: String, to relative: String, mode: mode_t = 0o644) throws {
    try write(Array(text.utf8), to: relative, mode: mode)
  }

  func write(_ bytes: [UInt8], to relative: String, mode: mode_t = 0o644) throws {
    try makeFolders(above: relative)
    try Files.remove(url(relative))
    try Files.create(url(relative), contents: bytes, mode: mode)
  }

  func link(_ relative: String, to target: String) throws {
    try makeFolders(above: relative)
    try Files.makeLink(url(relative), to: target)
  }

  func makeFolders(above relative: String) throws {
    let components = relative.split(separator: "/").dropLast()
    for count in 1..<(components.count + 1) {
      let folder = url(components.prefix(count).joined(separator: "/"))
      if try Files.status(of: folder) == nil { try Files.makeFolder(folder) }
    }
  }

  func names(_ relative: String = "") throws -> [String] {
    try Files.names(in: url(relative)).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// The smallest input an image can be made of: one binary with one command, one arrow, a kernel and an arrow-init that
/// pass for such.
extension Scratch {
  static let spec = """
    {
      "binary": { "name": "tool", "version": "v1" },
      "process": { "cmd": "tool" },
      "port": 8080,
      "export": 3008
    }
    """
  static let profile = """
    {
      "defaultAction": "SCMP_ACT_ERRNO",
      "syscalls": [{ "names": ["read", "write", "exit_group", "execve"], "action": "SCMP_ACT_ALLOW" }]
    }
    """

  /// An ELF header without program headers.
  static let program: [UInt8] =
    [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9) + [2, 0, 62, 0]
    + [UInt8](repeating: 0, count: 44)

  static func withPieces() throws -> Scratch {
    let scratch = Scratch()
    try scratch.write(Self.program, to: "pieces/binary/tool/v1.2.3/bin/tool", mode: 0o755)
    try scratch.write(Self.profile, to: "pieces/binary/tool/v1.2.3/seccomp.json")
    try scratch.write(Self.spec, to: "pieces/meta/hello/arrow_spec.json")
    try scratch.write(Self.program, to: "kernel")
    try scratch.write(Self.program, to: "arrow-init")
    return scratch
  }
}
