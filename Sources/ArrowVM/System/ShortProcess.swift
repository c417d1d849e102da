import ArrowHost
import Glibc

/// A program that is killed when it does not answer in time.
enum ShortProcess {
  /// More than any such program prints.
  private static let maximumOutput = 1 << 16

  /// Its exit status and what it printed; `nil` when it had to be killed.
  static func output(_ words: [String], seconds: Double) throws -> (status: Int32, text: String)? {
    let pipe = try makePipe()
    defer { close(pipe.read) }
    let folder = try checked("open /") { open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    defer { close(folder) }
    let child: ForkedProcess
    do {
      defer { close(pipe.write) }
      child = try ForkedProcess.start(words, folder: folder, output: pipe.write, diesWithCaller: true)
    }
    let text = read(pipe.read, before: .after(seconds: seconds))
    if text == nil { child.process.kill() }
    let status = child.end()
    return text.map { (status, $0) }
  }

  /// Reads to the end of the file; `nil` when that does not come in time.
  private static func read(_ descriptor: Int32, before deadline: Deadline) -> String? {
    var bytes: [UInt8] = []
    while poll([descriptor], before: deadline)[0] {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let length = Glibc.read(descriptor, &buffer, buffer.count)
      if length <= 0 { return String(decoding: bytes, as: UTF8.self) }
      if bytes.count < maximumOutput { bytes += buffer[..<length] }
    }
    return nil
  }
}
