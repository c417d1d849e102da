import ArrowSpec

/// What a system call takes as a path.
public protocol SystemPath: CustomStringConvertible {
  func withCPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result
}

extension String: SystemPath {
  public func withCPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result { withCString(body) }
}

/// A path or a name as the system has it: bytes, which may be no UTF-8. A String would repair them and then name
/// nothing, and it takes two names for one that differ only in how an accent is written.
public struct BytePath: SystemPath, Hashable, Sendable, ExpressibleByStringLiteral {
  public var bytes: [UInt8]

  public init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
  public init(_ text: String) { bytes = Array(text.utf8) }
  public init(stringLiteral text: String) { self.init(text) }

  /// `nil` where it is no UTF-8.
  public var text: String? { String(validating: bytes, as: UTF8.self) }

  /// For messages: bytes that can't be printed are shown as `\xff`.
  public var description: String {
    if !hasControlBytes, let text { return text }
    return bytes.reduce(into: "") { text, byte in
      text += (0x21..<0x7F).contains(byte) ? String(UnicodeScalar(byte)) : "\\x" + hexText(byte)
    }
  }

  public var hasControlBytes: Bool { bytes.contains { $0 < 0x20 || $0 == 0x7F } }

  private static let slash = UInt8(ascii: "/")

  /// An empty folder is no folder.
  public static func / (folder: BytePath, name: BytePath) -> BytePath {
    folder.bytes.isEmpty ? name : BytePath(folder.bytes + [slash] + name.bytes)
  }

  public var components: [BytePath] { bytes.split(separator: Self.slash).map { BytePath($0) } }

  /// The last component, and what is before it.
  public var name: BytePath { components.last ?? "" }
  public var folder: BytePath { BytePath(bytes.prefix(upTo: bytes.lastIndex(of: Self.slash) ?? 0)) }

  public func isBelow(_ folder: BytePath) -> Bool {
    bytes.count > folder.bytes.count && bytes[folder.bytes.count] == Self.slash && bytes.starts(with: folder.bytes)
  }

  public func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }

  public func withCPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (bytes + [0]).withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { body($0.baseAddress!) }
    }
  }
}
