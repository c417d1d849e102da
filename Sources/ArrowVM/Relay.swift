import ArrowHost
import Glibc

/// Copies one descriptor into another on a thread of its own, with as much in memory as one read brings: a slow
/// reader slows the writer.
enum Relay {
  /// Ctrl-], telnet's way out: a raw terminal sends Ctrl-C to the task.
  static let escape: UInt8 = 0x1D

  /// At the end of `source`, `target` (a socket) is told so, but stays open: closing it would drop what is unread.
  static func start(from source: Int32, to target: Int32, onEscape escaped: (@Sendable () -> Void)? = nil) {
    Thread.start {
      var buffer = [UInt8](repeating: 0, count: 64 * 1024)
      while true {
        let count = read(source, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        if count < 0, errno == EAGAIN {
          var entry = pollfd(fd: source, events: Int16(POLLIN), revents: 0)
          poll(&entry, 1, -1)
          continue
        }
        guard count > 0 else { break }
        if let escaped, buffer[..<count].contains(escape) { escaped() }
        let isWritten = buffer.withUnsafeBytes { writeAll(UnsafeRawBufferPointer(rebasing: $0[..<count]), to: target) }
        if !isWritten { break }
      }
      shutdown(target, Int32(SHUT_WR))
    }
  }
}

/// A thread that runs one closure. Detached: it ends with the closure or with the process.
enum Thread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  static func start(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(Body(body)).toOpaque()
    pthread_create(
      &thread, nil,
      {
        Unmanaged<Body>.fromOpaque($0!).takeRetainedValue().run()
        return nil
      }, argument)
    pthread_detach(thread)
  }
}
