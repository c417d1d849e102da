import ArrowHost
import ArrowSpec
import Glibc

extension PiecesFolder {
  /// Reads the folder's names, kinds and sizes; refuses by name what can't be in an image.
  init(_ path: String) throws {
    guard let status = try Files.status(of: path + "/.") else {
      let what = try Files.status(of: path) == nil ? "there is no pieces folder \(path)" : "\(path) is not a folder"
      throw HostError(
        what, hint: "it holds binary/NAME/VERSION and meta/ARROW; make image makes one in .build/pieces", kind: .input)
    }
    precondition(status.st_mode & S_IFMT == S_IFDIR)
    var scan = PiecesScan(PiecesFolder(emptyAt: path))
    try scan.scan("", depth: 0)
    self = scan.pieces
    checkLinks()
    checkLayout()
    try InputErrors.throwIfAny(findings)
  }
}

/// The walk through the folder.
private struct PiecesScan {
  var pieces: PiecesFolder
  private var inodes: Set<Inode> = []

  private struct Inode: Hashable {
    var device: dev_t
    var number: ino_t
  }

  /// A path of the kernel's ends at 4096 bytes, and each folder takes two of them.
  private static let maximumDepth = 2048

  init(_ pieces: PiecesFolder) { self.pieces = pieces }

  mutating func scan(_ folder: BytePath, depth: Int) throws(HostError) {
    for name in try Files.names(in: pieces.hostPath(folder)).map({ BytePath($0) }) {
      if isPassedOver(name, in: folder, depth: depth) { continue }
      let relative = folder / name
      if name.hasControlBytes || name.text == nil && isNamed(in: folder, depth: depth) {
        pieces.refuse(relative, "has a name that is not printable UTF-8", hint: "rename it")
        continue
      }
      try add(relative, depth: depth)
    }
  }

  /// A dot file on a level whose names mean something.
  private func isPassedOver(_ name: BytePath, in folder: BytePath, depth: Int) -> Bool {
    name.bytes.first == UInt8(ascii: ".") && isNamed(in: folder, depth: depth)
  }

  /// A level whose names mean something: they stand in specs, in image.json and on command lines.
  private func isNamed(in folder: BytePath, depth: Int) -> Bool {
    depth == 0 || folder == BytePath(GuestContract.metas) || folder == BytePath(GuestContract.binaries)
      || depth == 2 && folder.isBelow(BytePath(GuestContract.binaries))
  }

  private mutating func add(_ relative: BytePath, depth: Int) throws(HostError) {
    let path = pieces.hostPath(relative)
    guard let status = try Files.status(of: path) else { return }
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      pieces.append(relative, .folder)
      if depth < Self.maximumDepth { try scan(relative, depth: depth + 1) }
    case S_IFREG:
      if status.st_mode & (S_ISUID | S_ISGID) != 0 {
        pieces.warnings.append("\(path) is set-user-ID or set-group-ID; the image has it without")
      }
      let isFirstName = inodes.insert(Inode(device: status.st_dev, number: status.st_ino)).inserted
      pieces.append(relative, .file(PiecesFolder.File(status, isFirstName: isFirstName)))
    case S_IFLNK: pieces.append(relative, .link(target: try Files.linkTarget(of: path)))
    case S_IFIFO: pieces.refuse(relative, "is a FIFO; only files, folders and links can be in an image")
    case S_IFSOCK: pieces.refuse(relative, "is a socket; only files, folders and links can be in an image")
    default: pieces.refuse(relative, "is a device node; only files, folders and links can be in an image")
    }
  }
}
