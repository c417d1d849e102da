import ArrowHost
import CHost
import Glibc

/// The system's text for an error number: `EBUSY`'s is `Device or resource busy`.
func systemText(_ number: Int32) -> String { String(cString: strerror(number)) }

/// Calls again after EINTR; -1 becomes an error that says what was tried.
@discardableResult
func checked(_ what: @autoclosure () -> String, _ call: () -> Int32) throws -> Int32 {
  while true {
    let result = call()
    if result >= 0 { return result }
    if errno != EINTR { throw Files.failure(what()) }
  }
}

/// A pipe whose ends no other program inherits.
func makePipe() throws -> (read: Int32, write: Int32) {
  var ends: [Int32] = [-1, -1]
  let result = host_pipe(&ends)
  if result < 0 { throw HostError("cannot make a pipe: \(systemText(-result))") }
  return (ends[0], ends[1])
}

/// Says which of the descriptors can be read or are at their end; none when the deadline has passed.
func poll(_ descriptors: [Int32], before deadline: Deadline? = nil) -> [Bool] {
  var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  while Glibc.poll(&entries, nfds_t(entries.count), deadline?.milliseconds ?? -1) < 0, errno == EINTR {}
  return entries.map { $0.revents != 0 }
}

/// From here on a write to a reader that is gone is an error of write(2) and does not end this process (signal(7)).
func surviveBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

/// From here on a write beyond the limit on files (`ulimit -f`) is an error of write(2), EFBIG, and does not end this
/// process, nor a program that it starts.
public func surviveFileLimits() { signal(SIGXFSZ, SIG_IGN) }

/// The whole of a small file; `nil` when it can't be read. Never more than `limit` bytes.
func contents(of path: String, atMost limit: Int = 1 << 20) -> [UInt8]? {
  try? Files.contents(of: path, atMost: limit)
}

/// The names in a folder; none when it can't be read.
func entries(of folder: String) -> [String] {
  (try? Files.names(in: folder))?.map { String(decoding: $0, as: UTF8.self) } ?? []
}

/// The path from the root, without links; `nil` with `errno`, which is EILSEQ for one that is not UTF-8.
func realPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  let path = String(validatingCString: resolved)
  if path == nil { errno = EILSEQ }
  return path
}
