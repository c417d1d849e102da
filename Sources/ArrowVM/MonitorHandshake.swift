import ArrowHost
import Glibc

/// Waits until QEMU runs its VM: it answers on its monitor only when nothing of its start can fail any more.
struct MonitorHandshake {
  private static let patience = 30.0
  private static let request = #"{"execute":"qmp_capabilities"}{"execute":"query-status"}"#

  /// `false` when QEMU ended before.
  static func wait(for qemu: QemuProcess, in folder: Int32) throws -> Bool {
    let deadline = Deadline.after(seconds: patience)
    guard let socket = try connect(qemu, folder, deadline) else { return false }
    defer { close(socket) }
    guard Array(request.utf8).withUnsafeBytes({ writeAll($0, to: socket) }) else { return false }
    var answer = ""
    // The greeting, then one answer for each of the two requests.
    while answer.components(of: "\"return\"") < 2 {
      guard try isReadable(socket, or: qemu, deadline) else { return false }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(socket, &buffer, buffer.count)
      guard count > 0 else { return false }
      answer += String(decoding: buffer[..<count], as: UTF8.self)
    }
    return true
  }

  /// Nothing tells when QEMU listens, so this one thing is tried every few milliseconds.
  private static func connect(_ qemu: QemuProcess, _ folder: Int32, _ deadline: Deadline) throws -> Int32? {
    // Through /proc, because a socket's path may have 107 bytes at most.
    let path = "/proc/self/fd/\(folder)/\(InstanceFile.monitor)"
    let socket = try checked("make a socket") {
      Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    }
    while unixConnect(socket, path) != 0 {
      var entry = pollfd(fd: qemu.descriptor, events: Int16(POLLIN), revents: 0)
      if poll(&entry, 1, 5) == 1 || deadline.hasPassed {
        close(socket)
        if entry.revents != 0 { return nil }
        throw HostError("QEMU has not started after \(Int(patience)) s")
      }
    }
    return socket
  }

  private static func isReadable(_ socket: Int32, or qemu: QemuProcess, _ deadline: Deadline) throws -> Bool {
    var entries = [socket, qemu.descriptor].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while poll(&entries, 2, deadline.milliseconds) < 0, errno == EINTR {}
    if entries[0].revents == 0, entries[1].revents == 0 {
      throw HostError("QEMU has not started after \(Int(patience)) s")
    }
    return entries[0].revents != 0
  }

  private static func unixConnect(_ socket: Int32, _ path: String) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}

extension String {
  fileprivate func components(of part: String) -> Int {
    utf8.indices.count { self[$0...].utf8.starts(with: part.utf8) }
  }
}
