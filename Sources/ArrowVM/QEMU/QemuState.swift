import ArrowHost
import Glibc

/// What QEMU says of its VM (QMP's `query-status`).
enum QemuState {
  /// How long QEMU may take to answer, in seconds. It has one client at a time.
  private static let patience = 2.0

  /// `running`, `paused`, `internal-error`, …; `nil` when there is no answer.
  static func query(in folder: String) -> String? {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard let socket = UnixSocket.connect(to: QemuFile.monitor, in: descriptor) else { return nil }
    defer { close(socket) }
    surviveBrokenPipes()
    guard Array(MonitorHandshake.request.utf8).withUnsafeBytes({ writeAll($0, to: socket) }) else { return nil }
    let deadline = Deadline.after(seconds: patience)
    var answer = ""
    while poll([socket], before: deadline)[0] {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(socket, &buffer, buffer.count)
      guard count > 0 else { break }
      answer += String(decoding: buffer[..<count], as: UTF8.self)
      let parts = answer.split(separator: "\"status\": \"", maxSplits: 1)
      if parts.count == 2, let end = parts[1].firstIndex(of: "\"") { return String(parts[1][..<end]) }
    }
    return nil
  }
}
