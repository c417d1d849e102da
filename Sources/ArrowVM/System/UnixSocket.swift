import ArrowHost
import Glibc

/// A socket that a VM's program listens on in its instance's folder.
enum UnixSocket {
  /// Connected, or `nil` with `errno`.
  static func connect(to name: String, in folder: Int32) -> Int32? {
    let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return nil }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // Through /proc, because a socket's path may have 107 bytes at most.
    let path = "/proc/self/fd/\(folder)/\(name)"
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    if result == 0 { return socket }
    let number = errno
    close(socket)
    errno = number
    return nil
  }
}
