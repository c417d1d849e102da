import ArrowHost
import ArrowSpec
import Glibc

/// The task's root file system as it goes into the image: the pieces, and what mkarrowimg adds to them.
///
/// Owners, permissions and times are the image's own, not the host's. Folders and executable files are 0755, all other
/// files 0644: a task can read its files whoever made them and under whatever umask.
enum RootTree {
  private enum Addition {
    case folder
    case file([UInt8])
    case link(to: String)
  }

  /// Makes the tree of the pieces and the additions in `folder`, and returns its path.
  static func stage(
    _ pieces: PiecesFolder, _ arrows: [CheckedArrow], _ defaultArrow: String?, in folder: String
  ) throws(HostError) -> String {
    let tree = folder + "/tree"
    try Files.makeFolder(tree)
    for path in pieces.order {
      let staged = BytePath(tree) / path
      switch pieces.entries[path] {
      case .folder: try Files.makeFolder(staged)
      case .file(let file): try place(file, at: pieces.hostPath(path), to: staged)
      case .link(let target): try Files.makeLink(staged, to: target)
      case nil: break
      }
    }
    for (path, addition) in additions(pieces, arrows, defaultArrow) {
      switch addition {
      case .folder: if try Files.status(of: "\(tree)/\(path)") == nil { try Files.makeFolder("\(tree)/\(path)") }
      case .file(let contents): try Files.create("\(tree)/\(path)", contents: contents)
      case .link(let target): try Files.makeLink("\(tree)/\(path)", to: target)
      }
    }
    return tree
  }

  /// Makes a second name for the user's file where that is enough: on a slow disk, copying is most of a rebuild's time.
  /// It is not enough where the permissions differ, nor where the file has two names, of which mkfs.erofs would make
  /// one file.
  private static func place(_ file: PiecesFolder.File, at source: BytePath, to target: BytePath) throws(HostError) {
    if file.isAsInImage, source.withCPath({ source in target.withCPath { link(source, $0) } }) == 0 { return }
    // Also where the link failed: another file system, or another user's file (fs.protected_hardlinks).
    try Files.copy(source, to: target, mode: file.mode)
  }

  /// Parents first.
  private static func additions(
    _ pieces: PiecesFolder, _ arrows: [CheckedArrow], _ defaultArrow: String?
  ) -> [(String, Addition)] {
    var list: [(String, Addition)] = GuestContract.mountPoints.map { ($0, .folder) }
    list += etc(pieces)
    list += [
      (GuestContract.arrowFolder, .folder),
      (GuestContract.formatFile, .file(Array("\(GuestContract.formatVersion)\n".utf8))),
      (GuestContract.seccompFilters, .folder),
    ]
    if let defaultArrow { list.append((GuestContract.defaultLink, .link(to: defaultArrow))) }
    for arrow in arrows {
      list.append(
        (GuestContract.seccompFilter(arrow.name), .file(SeccompFilterFile.encode(program: arrow.filter))))
      list += arrow.spec.mounts.flatMap { MountPoints.folders(for: $0) }.map { ($0, .folder) }
    }
    return list
  }

  /// What programs look for in /etc, whatever library they use for TLS.
  private static let certificates = "/\(GuestContract.share)/ssl/cert.pem"

  private static func etc(_ pieces: PiecesFolder) -> [(String, Addition)] {
    var list: [(String, Addition)] = [
      ("etc", .folder),
      // For getpwuid(3), without which os.path.expanduser and getpass fail.
      ("etc/passwd", .file(Array("root:x:0:0:root:/tmp:/nologin\narrow:x:1000:1000:arrow:/tmp:/nologin\n".utf8))),
      ("etc/group", .file(Array("root:x:0:\narrow:x:1000:\n".utf8))),
      ("etc/services", .file(Array(Services.text.utf8))),
      // arrow-init writes these when the network is up.
      ("etc/hosts", .link(to: "\(GuestContract.runFolder)/hosts")),
      ("etc/resolv.conf", .link(to: "\(GuestContract.runFolder)/resolv.conf")),
    ]
    if case .entry = pieces.resolve(certificates) {
      list += [("etc/ssl", .folder), ("etc/ssl/cert.pem", .link(to: certificates))]
    }
    return list
  }
}
