import ArrowHost
import CHost
import Glibc

/// A program that answers quickly or is killed.
enum ShortProcess {
  /// Its exit status and what it printed; `nil` when it had to be killed.
  static func output(_ words: [String], seconds: Double) throws -> (status: Int32, text: String)? {
    let pipe = try makePipe()
    defer { close(pipe.read) }
    let folder = try checked("open /") { open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    defer { close(folder) }
    let pid = try ForkedProcess.start(words, folder: folder, output: pipe.write, keeping: [], diesWithCaller: true)
    close(pipe.write)
    let deadline = Deadline.after(seconds: seconds)
    var bytes: [UInt8] = []
    while true {
      var entry = pollfd(fd: pipe.read, events: Int16(POLLIN), revents: 0)
      let count = poll(&entry, 1, deadline.milliseconds)
      if count < 0, errno == EINTR { continue }
      guard count == 1 else { break }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let length = read(pipe.read, &buffer, buffer.count)
      guard length > 0 else { return (ForkedProcess.status(of: pid), String(decoding: bytes, as: UTF8.self)) }
      if bytes.count < 1 << 16 { bytes += buffer[..<length] }
    }
    kill(pid, SIGKILL)
    _ = ForkedProcess.status(of: pid)
    return nil
  }
}
