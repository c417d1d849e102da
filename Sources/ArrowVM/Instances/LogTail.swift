import ArrowHost
import Glibc

/// Copies files that still grow to descriptors, each from where it stopped the last time.
final class LogTail {
  struct File: Sendable {
    var path: String
    var target: Int32
    /// Where to begin.
    var position: off_t = 0

    /// The file, open at the position; `nil` when it can't be opened, as before the first output.
    fileprivate func open() -> Int32? {
      guard let descriptor = try? Files.openFile(path) else { return nil }
      lseek(descriptor, position, SEEK_SET)
      return descriptor
    }

    /// The same file, to be copied from its present end on.
    func fromItsEnd() -> File {
      var status = stat()
      return File(path: path, target: target, position: stat(path, &status) == 0 ? status.st_size : 0)
    }

    /// The same file, to be copied from its last lines on.
    func lastLines(_ count: Int) -> File {
      var file = fromItsEnd()
      guard count > 0, let descriptor = try? Files.openFile(path) else { return file }
      defer { close(descriptor) }
      // The newline at the end of the last line begins no line.
      var missing = count
      var end = max(file.position - 1, 0)
      file.position = 0
      while end > 0 {
        let start = max(end - LogTail.step, 0)
        var bytes = [UInt8](repeating: 0, count: Int(end - start))
        guard pread(descriptor, &bytes, bytes.count, start) == bytes.count else { return file }
        for index in bytes.indices.reversed() where bytes[index] == UInt8(ascii: "\n") {
          missing -= 1
          if missing == 0 {
            file.position = start + off_t(index) + 1
            return file
          }
        }
        end = start
      }
      return file
    }
  }

  /// How much is read at a time, from the end to the beginning.
  private static let step: off_t = 64 * 1024

  /// The reader of our output is gone, as in `actrl run … | head -1`, or has no room; `errno` says which.
  struct ReaderGone: Error {}

  /// Each with its descriptor, once it could be opened.
  private var files: [(file: File, descriptor: Int32?)]
  private var buffer = [UInt8](repeating: 0, count: 64 * 1024)
  private(set) var hasCopied = false

  init(_ files: [File]) { self.files = files.map { ($0, nil) } }

  deinit {
    for file in files { file.descriptor.map { _ = close($0) } }
  }

  /// Copies what is in the files now.
  func copy() throws {
    for index in files.indices {
      let file = files[index].file
      if files[index].descriptor == nil { files[index].descriptor = file.open() }
      if let descriptor = files[index].descriptor { try copy(from: descriptor, to: file.target) }
    }
  }

  private func copy(from source: Int32, to target: Int32) throws {
    while true {
      let count = read(source, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      hasCopied = true
      let isWritten = buffer.withUnsafeBytes { writeAll(UnsafeRawBufferPointer(rebasing: $0[..<count]), to: target) }
      if !isWritten { throw ReaderGone() }
    }
  }

  /// Copies until the instance's process has ended and all it wrote is out.
  func follow(_ watch: InstanceWatch) throws {
    var happening = InstanceWatch.Happening.grown
    while true {
      try copy()
      if happening == .ended { return }
      happening = watch.next()
    }
  }
}

extension Instance {
  /// The files of the task's stdout and stderr, for our stdout and stderr.
  func outputFiles(withKernel: Bool) -> [LogTail.File] {
    // With a terminal there is one stream, which comes from a socket.
    var files = record.hasTerminal ? [] : [LogTail.File(path: path(InstanceFile.stdout), target: 1)]
    files.append(LogTail.File(path: path(InstanceFile.stderr), target: 2))
    if withKernel { files.append(LogTail.File(path: path(InstanceFile.kernelLog), target: 2)) }
    return files
  }
}
