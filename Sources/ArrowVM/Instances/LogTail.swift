import ArrowHost
import Glibc

/// Copies files that still grow to descriptors, each from where it stopped the last time.
final class LogTail {
  struct File: Sendable {
    enum Start {
      case beginning
      case position(off_t)
      case lastLines(Int)
    }

    /// In the instance's folder.
    var name: String
    var target: Int32
    var start = Start.beginning

    /// The same, from the file's present end: whatever comes from now on is in it.
    func fromEnd(in folder: String) throws -> File {
      File(name: name, target: target, start: .position(try LogFile("\(folder)/\(name)")?.size ?? 0))
    }
  }

  /// The reader of our output is gone, as in `actrl run … | head -1`, or has no room; `number` says which.
  struct ReaderGone: Error {
    var number: Int32

    /// What to tell; `nil` for a reader that had enough.
    func error(_ what: String) -> HostError? { number == EPIPE ? nil : Files.failure("write \(what)", number) }
  }

  /// A file, once it could be opened.
  private final class Source {
    let file: File
    let log: LogFile
    var position: off_t = 0

    init(_ file: File, _ log: LogFile) throws {
      self.file = file
      self.log = log
      switch file.start {
      case .beginning: break
      case .position(let start): position = start
      case .lastLines(let count): position = try log.start(ofLastLines: count)
      }
    }
  }

  private let folder: String
  private let files: [File]
  private var sources: [Source?]
  /// What is copied is given back to the disk as far as these say.
  private let bounds: LogBounds?
  private var buffer = [UInt8](repeating: 0, count: 64 * 1024)
  private(set) var hasCopied = false

  init(_ files: [File], in folder: String, bounds: LogBounds? = nil) throws {
    self.folder = folder
    self.files = files
    self.bounds = bounds
    sources = files.map { _ in nil }
    try openAll()
  }

  private func openAll() throws {
    for (index, file) in files.enumerated() where sources[index] == nil {
      sources[index] = try LogFile("\(folder)/\(file.name)").map { try Source(file, $0) }
    }
  }

  /// Copies what is in the files now.
  func copy() throws {
    try openAll()
    for source in sources { if let source { try copy(source) } }
    bounds?.apply(except: files.map(\.name))
  }

  /// An error for a file that is not there, after the end.
  func requireAll() throws {
    for (file, source) in zip(files, sources) where source == nil {
      throw Files.failure("read \(folder)/\(file.name)", ENOENT)
    }
  }

  private func copy(_ source: Source) throws {
    while true {
      // Nothing is behind the position yet. The file may grow from here on, so its size must not be asked again.
      guard let bytes = source.log.bytes(from: source.position) else { return }
      passOver(source, to: bytes.lowerBound)
      let count = try source.log.read(bytes, into: &buffer)
      if count == 0 { continue }
      hasCopied = true
      let isWritten = buffer.withUnsafeBytes {
        writeAll(UnsafeRawBufferPointer(rebasing: $0[..<count]), to: source.file.target)
      }
      if !isWritten { throw ReaderGone(number: errno) }
      source.position += off_t(count)
      bounds?.apply(to: source.file.name, copied: source.position)
    }
  }

  private func passOver(_ source: Source, to position: off_t) {
    guard position > source.position else { return }
    say("actrl: \(position - source.position) bytes of \(source.file.name) were dropped: it is bounded (--log-size)")
    source.position = position
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
  func outputFiles(withKernel: Bool, from start: LogTail.File.Start = .beginning) -> [LogTail.File] {
    // With a terminal there is one stream, which comes from a socket.
    var files = record.hasTerminal ? [] : [LogTail.File(name: InstanceFile.stdout, target: 1, start: start)]
    files.append(LogTail.File(name: InstanceFile.stderr, target: 2, start: start))
    if withKernel { files.append(LogTail.File(name: InstanceFile.kernelLog, target: 2, start: start)) }
    return files
  }
}
