import Glibc

/// Copies files that still grow to descriptors of ours, each from where it stopped the last time.
final class LogTail {
  /// The other side has closed its end, as in `actrl run … | head -1`.
  struct ReaderGone: Error {}

  private var files: [(path: String, descriptor: Int32, target: Int32)] = []
  private var buffer = [UInt8](repeating: 0, count: 64 * 1024)
  private(set) var hasCopied = false

  init(_ files: [(path: String, target: Int32)]) {
    self.files = files.map { ($0.path, -1, $0.target) }
  }

  deinit {
    for file in files where file.descriptor >= 0 { close(file.descriptor) }
  }

  /// Copies what there is now.
  func copy() throws {
    for index in files.indices {
      if files[index].descriptor < 0 { files[index].descriptor = open(files[index].path, O_RDONLY | O_CLOEXEC) }
      try copy(from: files[index].descriptor, to: files[index].target)
    }
  }

  private func copy(from source: Int32, to target: Int32) throws {
    guard source >= 0 else { return }
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
