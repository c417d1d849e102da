import ArrowHost
import Glibc

extension Files {
  /// The path without links, from the root; `nil` with `errno`, which is EILSEQ for one that is not UTF-8.
  static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    let path = String(validatingCString: resolved)
    if path == nil { errno = EILSEQ }
    return path
  }

  /// The path without links, from the root, of something that must be there.
  static func resolved(_ path: String) throws(HostError) -> String {
    guard let resolved = realPath(path) else { throw failure("look at \(path)") }
    return resolved
  }

  /// `../wheels/a.whl`: how an absolute path is written from an absolute folder.
  static func relative(_ path: String, to folder: String) -> String {
    let (parts, from) = (path.split(separator: "/"), folder.split(separator: "/"))
    let shared = zip(parts, from).prefix { $0 == $1 }.count
    let up = Array(repeating: "..", count: from.count - shared)
    return ((up.isEmpty ? ["."] : up) + parts.dropFirst(shared).map(String.init)).joined(separator: "/")
  }

  /// What is at the end of a path's links; `nil` where there is nothing.
  static func followed(_ path: String) throws(HostError) -> stat? {
    var status = stat()
    if stat(path, &status) == 0 { return status }
    if errno == ENOENT || errno == ENOTDIR { return nil }
    throw failure("look at \(path)")
  }

  static func linkTarget(of path: some SystemPath) throws(HostError) -> BytePath {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes { buffer in
      path.withCPath { readlink($0, buffer.baseAddress!, buffer.count) }
    }
    guard count >= 0 else { throw failure("read the link \(path)") }
    return BytePath(buffer.prefix(count))
  }

  /// The names in a folder, sorted, as text.
  static func textNames(in folder: String) throws(HostError) -> [String] {
    try names(in: folder).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Copies the files, folders and links in the folder `source` into the folder `target`, which must be there.
  /// `isLeftOut` decides by the path in `source`, and by whether that is a folder, what is passed over.
  static func copyTree(
    _ source: BytePath, to target: BytePath,
    leavingOut isLeftOut: (_ path: BytePath, _ isFolder: Bool) throws(HostError) -> Bool = { _, _ in false }
  ) throws(HostError) {
    for name in try names(in: source).map({ BytePath($0) }) {
      let (from, to) = (source / name, target / name)
      guard let status = try status(of: from) else { continue }
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      if try isLeftOut(from, isFolder) { continue }
      try copyEntry(from, status, to: to)
      if isFolder { try copyTree(from, to: to, leavingOut: isLeftOut) }
    }
  }

  /// Copies a file or a link; makes a folder, which is empty.
  static func copyEntry(_ source: BytePath, _ status: stat, to target: BytePath) throws(HostError) {
    switch status.st_mode & S_IFMT {
    case S_IFDIR: try makeFolder(target)
    case S_IFREG: try copy(source, to: target, mode: status.st_mode & S_IXUSR != 0 ? 0o755 : 0o644)
    case S_IFLNK: try makeLink(target, to: try linkTarget(of: source))
    default:
      throw HostError("\(source) is neither a file, a folder nor a link; only those can be in an image", kind: .input)
    }
  }
}
