import ArrowHost
import Glibc

/// A folder for one test. It is removed with the last reference to it.
public final class Scratch: Sendable {
  public let path: String

  /// `name` is part of the folder's name, so that one that stays after a crash tells whose it is.
  public init(_ name: String = "test") {
    var template = Array("/tmp/arrow-\(name)-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { fatalError("cannot make a folder in /tmp: errno \(errno)") }
    path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  deinit { try? Files.remove(path) }

  public func url(_ relative: String) -> String { "\(path)/\(relative)" }

  /// Writes a file in place of one that may be there. The folders above it are made.
  public func write(_ text: String, to relative: String, mode: mode_t = 0o644) throws {
    try write(Array(text.utf8), to: relative, mode: mode)
  }

  public func write(_ bytes: [UInt8], to relative: String, mode: mode_t = 0o644) throws {
    try makeFolders(above: relative)
    try Files.remove(url(relative))
    try Files.create(url(relative), contents: bytes, mode: mode)
  }

  public func link(_ relative: String, to target: String) throws {
    try makeFolders(above: relative)
    try Files.makeLink(url(relative), to: target)
  }

  public func makeFolders(above relative: String) throws {
    let components = relative.split(separator: "/").dropLast()
    for count in 0..<components.count {
      let folder = url(components.prefix(count + 1).joined(separator: "/"))
      if try Files.status(of: folder) == nil { try Files.makeFolder(folder) }
    }
  }

  /// The names in a folder, sorted.
  public func names(_ relative: String = "") throws -> [String] {
    try Files.names(in: url(relative)).map { String(decoding: $0, as: UTF8.self) }
  }

  public func text(_ relative: String) throws -> String {
    String(decoding: try Files.contents(of: url(relative)), as: UTF8.self)
  }

  /// An ELF header without program headers, which passes for a program.
  public static let program: [UInt8] =
    [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9) + [2, 0, 62, 0]
    + [UInt8](repeating: 0, count: 44)
}
