import ArrowHost
import ArrowSpec
import Glibc

/// The task's root file system as it goes into the image: the pieces, and what mkarrowimg adds to them.
///
/// Owners, permissions and times are the image's own, not the host's: folders and executable files are 0755, all other
/// files 0644, so that a task reads its files whoever made them under whatever umask.
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
      switch pieces.entries[path] {
      case .folder: try Files.makeFolder("\(tree)/\(path)")
      case .file(let file): try place(file, at: pieces.hostPath(path), to: "\(tree)/\(path)")
      case .link(let target): try Files.makeLink("\(tree)/\(path)", to: target)
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

  /// A second name for the user's file where that does: copying is most of a rebuild's time on a slow disk. It does not
  /// where the permissions differ, and where mkfs.erofs would make one file of two names that are two files elsewhere.
  private static func place(_ file: PiecesFolder.File, at source: String, to target: String) throws(HostError) {
    if file.isAsInImage, link(source, target) == 0 { return }
    // Another file system, or a file of somebody else's (fs.protected_hardlinks).
    try Files.copy(source, to: target, mode: file.mode)
  }

  /// Parents first.
  private static func additions(
    _ pieces: PiecesFolder, _ arrows: [CheckedArrow], _ defaultArrow: String?
  ) -> [(String, Addition)] {
    // arrow-init mounts over these.
    var list: [(String, Addition)] = ["dev", "proc", "sys", "tmp", "run"].map { ($0, .folder) }
    list += etc(pieces)
    list += [
      (GuestContract.arrowFolder, .folder),
      ("\(GuestContract.arrowFolder)/format", .file(Array("\(GuestContract.formatVersion)\n".utf8))),
      ("\(GuestContract.arrowFolder)/seccomp", .folder),
    ]
    if let defaultArrow { list.append((GuestContract.defaultLink, .link(to: defaultArrow))) }
    for arrow in arrows {
      list.append(
        (GuestContract.seccompFilter(arrow.name), .file(SeccompFilterFile.encode(program: arrow.filter))))
      list += arrow.spec.mounts.flatMap { MountPoints.folders(for: $0) }.map { ($0, .folder) }
    }
    return list
  }

  private static func etc(_ pieces: PiecesFolder) -> [(String, Addition)] {
    var list: [(String, Addition)] = [
      ("etc", .folder),
      // For getpwuid(3), without which os.path.expanduser and getpass fail.
      ("etc/passwd", .file(Array("root:x:0:0:root:/tmp:/nologin\narrow:x:1000:1000:arrow:/tmp:/nologin\n".utf8))),
      ("etc/group", .file(Array("root:x:0:\narrow:x:1000:\n".utf8))),
      ("etc/services", .file(Array(Services.text.utf8))),
      // arrow-init knows them when the network is up.
      ("etc/hosts", .link(to: "/run/arrow/hosts")),
      ("etc/resolv.conf", .link(to: "/run/arrow/resolv.conf")),
    ]
    if case .entry = pieces.resolve("/share/ssl/cert.pem") {
      list += [("etc/ssl", .folder), ("etc/ssl/cert.pem", .link(to: "/share/ssl/cert.pem"))]
    }
    return list
  }
}

/// The folders that the spec's `mounts` need to be there in a read-only image.
enum MountPoints {
  /// These are tmpfs in the guest, where arrow-init makes the folder itself.
  private static let writable = ["dev", "proc", "sys", "tmp", "run"]

  /// Parents first, relative to the root.
  static func folders(for mount: Spec.Mount) -> [String] {
    let components = mount.destination.split(separator: "/").filter { $0 != "." }
    guard let first = components.first, !writable.contains(String(first)) else { return [] }
    return components.indices.map { components[...$0].joined(separator: "/") }
  }

  /// Refuses a destination that can't be a folder, because a file or a link of the pieces stands there.
  static func check(_ spec: Spec, _ document: JSONDocument, _ pieces: PiecesFolder) throws(SpecError) {
    var places = document.root.member("mounts")?.children
    for mount in spec.mounts {
      let offset = places?.next()?.member("destination")?.offset
      for folder in folders(for: mount) {
        switch pieces.entries[folder] {
        case .folder, nil: continue
        case .file where mount.kind == .bind && folder == folders(for: mount).last: continue
        case .file: throw SpecError("/\(folder) is a file in the pieces", at: offset)
        case .link:
          throw SpecError("/\(folder) is a link in the pieces", at: offset, hint: "name the folder it leads to")
        }
      }
    }
  }
}
