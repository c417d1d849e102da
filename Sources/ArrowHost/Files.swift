import CFiles
import Glibc

/// Calls on the host's files. Each error says what could not be done to which file, and the system's text.
///
/// Paths are relative to the working folder unless they begin with `/`.
public enum Files {
  /// `cannot VERB PATH: TEXT`, with the text for `errno`.
  public static func failure(_ action: String, _ code: Int32 = errno, hint: String? = nil) -> HostError {
    HostError("cannot \(action): \(String(cString: strerror(code)))", hint: hint ?? self.hint(for: code))
  }

  private static func hint(for code: Int32) -> String? {
    switch code {
    case ENOSPC, EDQUOT: "the disk is full: make room and try again"
    case EBADF: "it is closed: >/dev/null throws away what is not wanted"
    case EFBIG: "the file is larger than this process may write: see ulimit -f"
    default: nil
    }
  }

  /// open(2); the descriptor is closed on exec.
  public static func open(_ path: some SystemPath, _ flags: Int32, mode: mode_t = 0) throws(HostError) -> Int32 {
    let descriptor = path.withCPath { Glibc.open($0, flags | O_CLOEXEC, mode) }
    if descriptor < 0 {
      throw failure("\(flags & O_ACCMODE == O_RDONLY ? "read" : "write") \(path)")
    }
    return descriptor
  }

  /// Opens a regular file to read it. What stands in its place is an error: a FIFO would hang us, a device may never
  /// end. A pipe that this process was given, as `/dev/stdin` or the shell's `<(…)`, is as good as a file.
  public static func openFile(_ path: some SystemPath) throws(HostError) -> Int32 {
    if ["/dev/stdin", "/dev/fd/", "/proc/self/fd/"].contains(where: path.description.hasPrefix) {
      return try open(path, O_RDONLY)
    }
    let descriptor = path.withCPath { Glibc.open($0, O_RDONLY | O_NONBLOCK | O_CLOEXEC) }
    // A socket can't be opened at all: ENXIO says little.
    if descriptor < 0 {
      throw errno == ENXIO ? HostError("cannot read \(path): it is no file") : failure("read \(path)")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw HostError("cannot read \(path): it is \(kind(of: status))")
    }
    return descriptor
  }

  private static func kind(of status: stat) -> String {
    switch status.st_mode & S_IFMT {
    case S_IFDIR: "a folder"
    case S_IFIFO: "a FIFO"
    default: "a device"
    }
  }

  /// The whole of a file; at most `limit` bytes of it.
  public static func contents(of path: some SystemPath, atMost limit: Int = .max) throws(HostError) -> [UInt8] {
    let descriptor = try openFile(path)
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("read \(path)") }
    var contents: [UInt8] = []
    // One byte more than the size, so that a regular file is read in one go.
    var step = min(limit, max(Int(status.st_size), 4095) + 1)
    while step > 0 {
      let more = try read(descriptor, atMost: step, path: path)
      if more.isEmpty { break }
      contents = contents.isEmpty ? more : contents + more
      step = min(limit - contents.count, max(step - more.count, 4096))
    }
    return contents
  }

  private static func read(
    _ descriptor: Int32, atMost size: Int, path: some SystemPath
  ) throws(HostError) -> [UInt8] {
    var result = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { memory, count in
      repeat { result = Glibc.read(descriptor, memory.baseAddress, size) } while result < 0 && errno == EINTR
      count = max(result, 0)
    }
    if result < 0 { throw failure("read \(path)") }
    return bytes
  }

  /// Writes all of `contents`.
  public static func write(_ contents: [UInt8], to descriptor: Int32, path: some SystemPath) throws(HostError) {
    guard contents.withUnsafeBytes({ writeAll($0, to: descriptor) }) else { throw failure("write \(path)") }
  }

  /// Makes the file `path`, which must not be there, with exactly the permissions `mode`.
  public static func create(_ path: some SystemPath, contents: [UInt8], mode: mode_t = 0o644) throws(HostError) {
    let descriptor = try open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    defer { close(descriptor) }
    try write(contents, to: descriptor, path: path)
    // The image is to be the same under any umask.
    guard fchmod(descriptor, mode) == 0 else { throw failure("set the permissions of \(path)") }
  }

  /// Makes `target`, which must not be there, a copy of the regular file `source`; the kernel moves the bytes.
  public static func copy(_ source: some SystemPath, to target: some SystemPath, mode: mode_t) throws(HostError) {
    // O_NONBLOCK: a FIFO that has taken the file's place meanwhile must not hang us.
    let from = try open(source, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    defer { close(from) }
    let to = try open(target, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    defer { close(to) }
    while true {
      let copied = files_copy(from, to, 1 << 30)
      if copied == 0 { break }
      if copied == -Int64(EXDEV) || copied == -Int64(EINVAL) || copied == -Int64(EOPNOTSUPP) {
        try write(try contents(of: source), to: to, path: target)
        break
      }
      if copied < 0 { throw failure("copy \(source) to \(target)", Int32(-copied)) }
    }
    guard fchmod(to, mode) == 0 else { throw failure("set the permissions of \(target)") }
  }

  /// Makes a folder that is not there yet, with exactly the permissions `mode`.
  public static func makeFolder(_ path: some SystemPath, mode: mode_t = 0o755) throws(HostError) {
    guard path.withCPath({ mkdir($0, 0o700) == 0 && chmod($0, mode) == 0 }) else {
      throw failure("make the folder \(path)")
    }
  }

  public static func makeLink(_ path: some SystemPath, to target: some SystemPath) throws(HostError) {
    guard path.withCPath({ path in target.withCPath { symlink($0, path) } }) == 0 else {
      throw failure("make the link \(path)")
    }
  }

  /// What lstat(2) says, `nil` where there is nothing.
  public static func status(of path: some SystemPath) throws(HostError) -> stat? {
    var status = stat()
    if path.withCPath({ lstat($0, &status) }) == 0 { return status }
    if errno == ENOENT || errno == ENOTDIR { return nil }
    throw failure("look at \(path)")
  }

  /// The names in a folder without `.` and `..`, as sorted bytes: the same on any file system and in any locale.
  public static func names(in folder: some SystemPath) throws(HostError) -> [[UInt8]] {
    let descriptor = folder.withCPath { Glibc.open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw failure("read the folder \(folder)") }
    return try names(of: descriptor, shown: folder)
  }

  /// Closes the descriptor.
  private static func names(of descriptor: Int32, shown folder: some SystemPath) throws(HostError) -> [[UInt8]] {
    guard let stream = fdopendir(descriptor) else { throw failure("read the folder \(folder)") }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8) { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw failure("read the folder \(folder)") }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// Removes `path` and all that is in it. Links are not followed; what is gone already is no error.
  public static func remove(_ path: String) throws(HostError) {
    try remove(AT_FDCWD, Array(path.utf8), shown: path)
  }

  /// Takes the name as bytes, because it may be no UTF-8.
  private static func remove(_ parent: Int32, _ name: [UInt8], shown: String) throws(HostError) {
    let name = name.map { CChar(bitPattern: $0) } + [0]
    // Works for all but folders.
    if unlinkat(parent, name, 0) == 0 || errno == ENOENT { return }
    guard errno == EISDIR || errno == EPERM else { throw failure("remove \(shown)") }
    let folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard folder >= 0 else { throw failure("remove \(shown)") }
    defer { close(folder) }
    for entry in try names(of: dup(folder), shown: shown) {
      try remove(folder, entry, shown: shown + "/" + String(decoding: entry, as: UTF8.self))
    }
    guard unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT else { throw failure("remove \(shown)") }
  }

  /// fsync(2) of a file or a folder.
  public static func sync(_ path: String) throws(HostError) {
    let descriptor = try open(path, O_RDONLY)
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("write \(path) to the disk") }
  }

  public static func rename(_ path: String, to target: String) throws(HostError) {
    guard Glibc.rename(path, target) == 0 else { throw failure("rename \(path) to \(target)") }
  }

  /// Lets each of the two paths name what the other one named, in one step.
  public static func exchange(_ a: String, _ b: String) throws(HostError) {
    let result = files_exchange(a, b)
    if result < 0 { throw failure("exchange \(a) and \(b)", -result) }
  }

  /// The folder `path` stands in and its name there; `out/` and `out` are the same.
  public static func split(_ path: String) -> (folder: String, name: String) {
    var trimmed = Substring(path)
    while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
    guard let slash = trimmed.lastIndex(of: "/") else { return (".", String(trimmed)) }
    let folder = trimmed[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(trimmed[trimmed.index(after: slash)...]))
  }
}

/// Writes all bytes; `false` when the other side is gone or there is no room (`errno` says which).
public func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
  var rest = bytes
  while !rest.isEmpty {
    let written = write(descriptor, rest.baseAddress, rest.count)
    if written < 0, errno == EAGAIN {
      // Another program shares the terminal or pipe with us and has made it non-blocking.
      var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      poll(&entry, 1, -1)
    } else if written < 0, errno != EINTR {
      return false
    }
    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(max(written, 0)))
  }
  return true
}
