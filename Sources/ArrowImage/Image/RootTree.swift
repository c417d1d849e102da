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
    list += etc(pieces, arrows.map(\.spec.process.user))
    list += usual(pieces)
    list += [
      (GuestContract.arrowFolder, .folder),
      (GuestContract.formatFile, .file(Array("\(GuestContract.formatVersion)\n".utf8))),
      (GuestContract.seccompFilters, .folder),
    ]
    if let defaultArrow { list.append((GuestContract.defaultLink, .link(to: defaultArrow))) }
    for arrow in arrows {
      list.append(
        (GuestContract.seccompFilter(arrow.name), .file(SeccompFilterFile.encode(program: arrow.filter))))
    }
    // A folder that a mount needs takes the place of a link.
    let folders = arrows.flatMap { $0.spec.mounts.flatMap(MountPoints.folders(for:)) }
    list.removeAll { item in
      guard case .link = item.1 else { return false }
      return folders.contains(item.0)
    }
    return list + folders.map { ($0, .folder) }
  }

  /// What programs look for in /etc, whatever library they use for TLS.
  private static let certificates = "/\(GuestContract.share)/ssl/cert.pem"

  private static let timeZones = "/\(GuestContract.share)/zoneinfo"

  private static func etc(_ pieces: PiecesFolder, _ users: [Spec.User]) -> [(String, Addition)] {
    let (passwd, group) = Accounts.files(for: users)
    var list: [(String, Addition)] = [
      ("etc", .folder),
      ("etc/passwd", .file(Array(passwd.utf8))),
      ("etc/group", .file(Array(group.utf8))),
      ("etc/os-release", .file(Array(osRelease.utf8))),
      ("etc/nsswitch.conf", .file(Array(nameServices.utf8))),
      ("etc/protocols", .file(Array(Services.protocols.utf8))),
      ("etc/services", .file(Array(Services.text.utf8))),
      // arrow-init writes these when the network is up.
      ("etc/hosts", .link(to: "\(GuestContract.runFolder)/hosts")),
      ("etc/hostname", .link(to: "\(GuestContract.runFolder)/hostname")),
      ("etc/resolv.conf", .link(to: "\(GuestContract.runFolder)/resolv.conf")),
    ]
    let universal = timeZones + "/UTC"
    if case .entry = pieces.resolve(universal) { list.append(("etc/localtime", .link(to: universal))) }
    if case .entry = pieces.resolve(certificates) {
      list += [("etc/ssl", .folder), ("etc/ssl/cert.pem", .link(to: certificates))]
    }
    return list
  }

  /// os-release(5).
  private static let osRelease = """
    NAME="Arrow"
    ID=arrow
    VERSION_ID=\(GuestContract.version)
    PRETTY_NAME="Arrow \(GuestContract.version)"

    """

  /// nsswitch.conf(5), for programs with glibc and for Go's: musl looks nowhere else.
  private static let nameServices = "passwd: files\ngroup: files\nhosts: files dns\n"

  /// Folders that programs name without asking. What may be written leads to a file system in memory.
  private static func usual(_ pieces: PiecesFolder) -> [(String, Addition)] {
    var list: [(String, Addition)] = [
      ("var", .folder), ("var/tmp", .link(to: "/tmp")), ("var/run", .link(to: "/run")),
    ]
    if case .entry = pieces.resolve(timeZones) {
      list += [("usr", .folder), ("usr/share", .folder), ("usr/share/zoneinfo", .link(to: timeZones))]
    }
    return list
  }
}
