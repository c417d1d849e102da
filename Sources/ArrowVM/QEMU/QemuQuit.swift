import ArrowHost
import Glibc

/// Ends QEMU over its monitor, where its process can't get a signal from us.
enum QemuQuit {
  static func ask(in folder: String) -> Bool {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    guard let socket = UnixSocket.connect(to: QemuFile.monitor, in: descriptor) else { return false }
    defer { close(socket) }
    surviveBrokenPipes()
    let request = #"{"execute":"qmp_capabilities"}{"execute":"quit"}"#
    guard Array(request.utf8).withUnsafeBytes({ writeAll($0, to: socket) }) else { return false }
    // QEMU closes the connection with its end; the answers before it say nothing.
    let deadline = Deadline.after(seconds: 5)
    var buffer = [UInt8](repeating: 0, count: 4096)
    while poll([socket], before: deadline)[0] {
      if read(socket, &buffer, buffer.count) <= 0 { return true }
    }
    return false
  }
}
