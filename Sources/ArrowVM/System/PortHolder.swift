import ArrowSpec
import Glibc

/// The process that holds a port of the host, found as `ss -p` finds it: from the socket's inode to a process that has
/// it open.
enum PortHolder {
  /// `python3 (pid 4711)`; `nil` when we may not look into that process.
  static func name(of port: UInt16, _ proto: Spec.Port.TransportProtocol) -> String? {
    let tables = ["/proc/net/\(proto.name)", "/proc/net/\(proto.name)6"]
    let sockets = tables.flatMap { inodes(in: $0, port: port, isListening: proto == .tcp) }
    guard !sockets.isEmpty else { return nil }
    for process in entries(of: "/proc") {
      guard let pid = Int32(process), holds(pid, sockets) else { continue }
      let name = contents(of: "/proc/\(pid)/comm").map { String(decoding: $0.dropLast(), as: UTF8.self) }
      return "\(name ?? "a process") (pid \(pid))"
    }
    return nil
  }

  /// Columns of proc(5): local address, remote address, state (0A: listening), …, inode.
  private static func inodes(in table: String, port: UInt16, isListening: Bool) -> [String] {
    guard let bytes = contents(of: table, atMost: 16 << 20) else { return [] }
    let suffix =
      ":" + String(repeating: "0", count: 4 - String(port, radix: 16).count) + String(port, radix: 16).uppercased()
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count > 9, fields[1].hasSuffix(suffix), !isListening || fields[3] == "0A" else { return nil }
      return "socket:[\(fields[9])]"
    }
  }

  private static func holds(_ pid: Int32, _ sockets: [String]) -> Bool {
    let folder = "/proc/\(pid)/fd"
    return entries(of: folder).contains { name in
      var buffer = [UInt8](repeating: 0, count: 64)
      let count = buffer.withUnsafeMutableBytes { readlink("\(folder)/\(name)", $0.baseAddress!, $0.count) }
      return count > 0 && sockets.contains(String(decoding: buffer[..<count], as: UTF8.self))
    }
  }
}
