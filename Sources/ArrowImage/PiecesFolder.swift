import ArrowHost
import ArrowSpec
import Glibc

/// The pieces as they lie on the host: what is in the folder, and nothing of what is outside.
///
///     binary/NAME/VERSION/…   Arrow Binaries
///     meta/ARROW/…            the arrows, each with its arrow_spec.json
///     share/…                 what all of them share: time zones, certificates; may be missing
///
/// Names that begin with a dot are passed over on the levels that have a meaning (top, NAME, VERSION, ARROW), so that a
/// `.gitignore` does no harm; below them everything is taken.
public struct PiecesFolder {
  enum Entry: Equatable {
    case folder
    case file(File)
    case link(target: String)
  }

  struct File: Equatable {
    /// In bytes.
    var size: Int
    var isExecutable: Bool
    /// Whether the file has the image's permissions already, and is not here under another name too.
    var isAsInImage: Bool

    /// What the image gives it.
    var mode: mode_t { isExecutable ? 0o755 : 0o644 }

    init(_ status: stat, isFirstName: Bool) {
      size = Int(status.st_size)
      isExecutable = status.st_mode & S_IXUSR != 0
      isAsInImage = false
      isAsInImage = isFirstName && status.st_mode & 0o7777 == mode
    }
  }

  static let topFolders = ["binary", "meta", "share"]

  /// The folder's path as the user wrote it.
  let path: String
  /// By path relative to the pieces, which is the path in the task's root as well.
  private(set) var entries: [String: Entry] = [:]
  /// The keys of `entries`: parents first, siblings in the order of their bytes.
  private(set) var order: [String] = []
  /// What is taken all the same, but not as it is.
  var warnings: [String] = []
  private var findings: [Finding] = []
  private var inodes: Set<Inode> = []

  private struct Inode: Hashable {
    var device: dev_t
    var number: ino_t
  }

  /// Reads the folder's names, kinds and sizes; refuses by name what can't be in an image.
  init(_ path: String) throws {
    self.path = path
    guard let status = try Files.status(of: path + "/.") else {
      let what = try Files.status(of: path) == nil ? "there is no pieces folder \(path)" : "\(path) is not a folder"
      throw HostError(
        what, hint: "it holds binary/NAME/VERSION and meta/ARROW; make image makes one in .build/pieces", kind: .input)
    }
    precondition(status.st_mode & S_IFMT == S_IFDIR)
    try scan("", depth: 0)
    checkLinks()
    checkLayout()
    try InputErrors.throwIfAny(findings)
  }

  /// The names of the arrows.
  var arrows: [String] { names(in: "meta") }

  /// The versions of the binary `name`, as their folders are named.
  func versions(of name: String) -> [String] { names(in: "binary/\(name)") }

  /// The names in a folder of the pieces, in the order of their bytes.
  func names(in folder: String) -> [String] {
    order.filter { $0.hasPrefix(folder + "/") && !$0.utf8.dropFirst(folder.utf8.count + 1).contains(0x2F) }
      .map { String($0.dropFirst(folder.count + 1)) }
  }

  /// Where `relative` is on the host.
  func hostPath(_ relative: String) -> String { path + "/" + relative }

  /// The bytes of all files below `folder`.
  func size(of folder: String) -> Int {
    entries.reduce(0) { sum, item in
      guard item.key.hasPrefix(folder + "/"), case .file(let file) = item.value else { return sum }
      return sum + file.size
    }
  }

  /// The folders, and all that is in them, and what holds nothing else.
  mutating func leaveOut(_ folders: [String]) {
    let isOut = { path in folders.contains { path == $0 || path.hasPrefix($0 + "/") } }
    order.removeAll(where: isOut)
    for path in entries.keys.filter(isOut) { entries[path] = nil }
    let parents = Set(folders.map { $0.split(separator: "/").dropLast().joined(separator: "/") })
    for parent in parents where entries[parent] != nil && names(in: parent).isEmpty { leaveOut([parent]) }
  }

  mutating func refuse(_ relative: String, _ reason: String, hint: String? = nil) {
    findings.append(Finding("\(hostPath(relative)) \(reason)", hint: hint))
  }
}

// MARK: - Reading the folder

extension PiecesFolder {
  /// A path of the kernel's ends at 4096 bytes, each folder takes two of them.
  private static let maximumDepth = 2048

  private mutating func scan(_ folder: String, depth: Int) throws(HostError) {
    for bytes in try Files.names(in: folder.isEmpty ? path : hostPath(folder)) {
      let prefix = folder.isEmpty ? "" : folder + "/"
      guard let name = String(validating: bytes, as: UTF8.self), !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F })
      else {
        refuse(prefix + printable(bytes), "has a name that is not printable UTF-8", hint: "rename it")
        continue
      }
      if isPassedOver(name, in: folder, depth: depth) { continue }
      try add(prefix + name, depth: depth)
    }
  }

  /// A dot file on a level whose names mean something.
  private func isPassedOver(_ name: String, in folder: String, depth: Int) -> Bool {
    guard name.hasPrefix(".") else { return false }
    return depth == 0 || folder == "meta" || folder == "binary" || depth == 2 && folder.hasPrefix("binary/")
  }

  private mutating func add(_ relative: String, depth: Int) throws(HostError) {
    guard let status = try Files.status(of: hostPath(relative)) else { return }
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      append(relative, .folder)
      if depth < Self.maximumDepth { try scan(relative, depth: depth + 1) }
    case S_IFREG:
      if status.st_mode & (S_ISUID | S_ISGID) != 0 {
        warnings.append("\(hostPath(relative)) is set-user-ID or set-group-ID; the image has it without")
      }
      let isFirstName = inodes.insert(Inode(device: status.st_dev, number: status.st_ino)).inserted
      append(relative, .file(File(status, isFirstName: isFirstName)))
    case S_IFLNK: append(relative, .link(target: try linkTarget(relative)))
    case S_IFIFO: refuse(relative, "is a FIFO; only files, folders and links can be in an image")
    case S_IFSOCK: refuse(relative, "is a socket; only files, folders and links can be in an image")
    default: refuse(relative, "is a device node; only files, folders and links can be in an image")
    }
  }

  private mutating func append(_ relative: String, _ entry: Entry) {
    entries[relative] = entry
    order.append(relative)
  }

  private mutating func linkTarget(_ relative: String) throws(HostError) -> String {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes { readlink(hostPath(relative), $0.baseAddress!, $0.count) }
    guard count >= 0 else { throw Files.failure("read the link \(hostPath(relative))") }
    if let target = String(validating: buffer.prefix(count), as: UTF8.self) { return target }
    refuse(relative, "leads to a name that is not UTF-8")
    return ""
  }

  private func printable(_ bytes: [UInt8]) -> String {
    bytes.reduce(into: "") { text, byte in
      let isPlain = (0x21..<0x7F).contains(byte)
      text += isPlain ? String(UnicodeScalar(byte)) : "\\x" + String(256 + Int(byte), radix: 16).dropFirst()
    }
  }
}

// MARK: - What has its place where

extension PiecesFolder {
  private mutating func checkLayout() {
    for name in order where !name.utf8.contains(0x2F) && !Self.topFolders.contains(name) {
      refuse(
        name, "has no place in the pieces",
        hint: nearMiss(name, among: Self.topFolders).map { "did you mean \"\($0)\"?" }
          ?? "the pieces are binary/, meta/ and share/; files of an application go into meta/ARROW/")
    }
    let top = Self.topFolders.filter { entries[$0] != nil }
    let named = names(in: "binary").map { "binary/\($0)" }
    let folders =
      top + named + named.flatMap { name in names(in: name).map { "\(name)/\($0)" } } + arrows.map { "meta/\($0)" }
    for folder in folders where entries[folder] != .folder { refuse(folder, "must be a folder") }
    if arrows.isEmpty {
      findings.append(Finding("\(path) has no arrow", hint: "an arrow is a folder meta/NAME with an arrow_spec.json"))
    }
  }
}
