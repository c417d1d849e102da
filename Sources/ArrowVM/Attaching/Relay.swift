import ArrowHost
import Glibc

/// Copies one descriptor into another on a thread of its own. It holds no more in memory than one read brings, so a
/// slow reader slows the writer.
enum Relay {
  /// Ctrl-] as in telnet, because a raw terminal sends Ctrl-C to the task.
  static let escape = UInt8(ascii: "\u{1D}")

  /// The result is a descriptor that can be read once all is copied. At the end of `source` a `target` that is a socket
  /// is shut down for writing, but stays open: closing it would drop what is unread.
  static func start(
    from source: Int32, to target: Int32, onEscape escaped: (@Sendable () -> Void)? = nil,
    onUnwritten unwritten: (@Sendable (Int32) -> Void)? = nil
  ) throws -> Int32 {
    try Thread.start {
      var buffer = [UInt8](repeating: 0, count: 64 * 1024)
      while let count = readable(source, &buffer) {
        let end = escaped == nil ? nil : buffer[..<count].firstIndex(of: escape)
        let isWritten = buffer.withUnsafeBytes {
          writeAll(UnsafeRawBufferPointer(rebasing: $0[..<(end ?? count)]), to: target)
        }
        if !isWritten { unwritten?(errno) }
        if end != nil { escaped?() }
        if !isWritten || end != nil { break }
      }
      if target > 2 { shutdown(target, Int32(SHUT_WR)) }
    }
  }

  /// Reads, and says how much; `nil` at the end and after an error.
  private static func readable(_ source: Int32, _ buffer: inout [UInt8]) -> Int? {
    while true {
      let count = read(source, &buffer, buffer.count)
      if count > 0 { return count }
      if count < 0, errno == EAGAIN {
        // Another program shares the terminal or pipe with us and has made it non-blocking.
        _ = poll([source])
      } else if count == 0 || errno != EINTR {
        return nil
      }
    }
  }
}
