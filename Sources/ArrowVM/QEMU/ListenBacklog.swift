import ArrowHost
import CHost
import Glibc

/// Makes room for clients that connect at the same moment. QEMU's user network listens with a backlog of 1 (libslirp,
/// `listen(s, 1)`): of twenty clients at once, some wait a second for their next try and some are reset.
///
/// Whoever has the socket may call listen(2) again, which sets the backlog anew.
enum ListenBacklog {
  /// As long as servers ask for. The kernel limits it to `net.core.somaxconn`.
  private static let length: Int32 = 4096

  /// Widens each TCP port of the host that the process listens on. Where the host does not let us have its descriptors
  /// (pidfd_getfd(2): a hardened container), its ports stay as they are.
  static func widen(_ process: ProcessDescriptor) {
    for name in entries(of: "/proc/\(process.pid)/fd") {
      guard let number = Int32(name) else { continue }
      let descriptor = host_getfd(process.descriptor, number)
      guard descriptor >= 0 else { continue }
      if isListeningPort(descriptor) { listen(descriptor, length) }
      close(descriptor)
    }
  }

  private static func isListeningPort(_ descriptor: Int32) -> Bool {
    option(SO_DOMAIN, of: descriptor) == AF_INET && option(SO_ACCEPTCONN, of: descriptor) == 1
  }

  /// `nil` for what is no socket.
  private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
    var value: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
  }
}
