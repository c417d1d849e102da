import ArrowHost
import CHost
import Glibc

/// A file of an instance that its VM's program appends to. What a bound has given back to the disk is a hole in it, so
/// positions stay what they are.
final class LogFile {
  private let path: String
  private let descriptor: Int32

  /// `nil` where there is none yet. What is no file is an error: a read from a FIFO would wait for ever.
  init?(_ path: String) throws {
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    self.path = path
    if descriptor < 0 {
      if errno == ENOENT { return nil }
      throw Files.failure("read \(path)")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw HostError("cannot read \(path): it is not a file", hint: "actrl rm -f removes the instance")
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  var size: off_t {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? status.st_size : 0
  }

  /// The next bytes that are there, from `position` on; `nil` where there are none up to the end.
  func bytes(from position: off_t) -> Range<off_t>? {
    let size = size
    guard position < size else { return nil }
    let start = host_data(descriptor, position)
    // Any other error: the file system knows no holes.
    guard start >= 0 else { return start == -off_t(ENXIO) ? nil : position..<size }
    return start..<max(host_hole(descriptor, start), start + 1)
  }

  /// Reads some of the bytes at the beginning of `range` and says how many; 0 where they are gone meanwhile.
  func read(_ range: Range<off_t>, into buffer: inout [UInt8]) throws -> Int {
    let count = pread(descriptor, &buffer, min(buffer.count, range.count), range.lowerBound)
    if count < 0, errno != EINTR { throw Files.failure("read \(path)") }
    // A hole that was made while we read gives zeros.
    guard count > 0, let there = bytes(from: range.lowerBound), there.lowerBound == range.lowerBound else { return 0 }
    return min(count, there.count)
  }

  /// The last bytes, at most so many, of what is behind `start`.
  func tail(_ count: Int, from start: off_t = 0) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: count)
    guard let range = bytes(from: max(size - off_t(count), start)), let read = try? read(range, into: &buffer) else {
      return []
    }
    return Array(buffer[..<read])
  }

  private static let step: off_t = 64 * 1024

  /// Where the last lines begin. 0 where there are fewer.
  func start(ofLastLines count: Int) throws -> off_t {
    let size = size
    guard count > 0 else { return size }
    var runs: [Range<off_t>] = []
    while let run = bytes(from: runs.last?.upperBound ?? 0) { runs.append(run) }
    // The newline at the end of the last line begins no line.
    var missing = count
    var buffer = [UInt8](repeating: 0, count: Int(Self.step))
    for run in runs.reversed() {
      var end = min(run.upperBound, size - 1)
      while end > run.lowerBound {
        let start = max(end - Self.step, run.lowerBound)
        guard try read(start..<end, into: &buffer) == Int(end - start) else { return start }
        for index in (0..<Int(end - start)).reversed() where buffer[index] == UInt8(ascii: "\n") {
          missing -= 1
          if missing == 0 { return start + off_t(index) + 1 }
        }
        end = start
      }
    }
    return 0
  }
}
