import ArrowHost
import ArrowSpec

/// The folders that the spec's `mounts` need to be there in a read-only image.
enum MountPoints {
  /// Parents first, relative to the root.
  static func folders(for mount: Spec.Mount) -> [String] {
    let components = mount.destination.split(separator: "/").filter { $0 != "." }
    // Those are tmpfs in the guest, and arrow-init makes the folders in them.
    guard let first = components.first, !GuestContract.mountPoints.contains(String(first)) else { return [] }
    return components.indices.map { components[...$0].joined(separator: "/") }
  }

  /// Refuses a destination that would hide the arrow itself, and one that can't be a folder, because a file or a link of
  /// the pieces stands there.
  static func check(_ arrow: String, _ spec: Spec, _ document: JSONDocument, _ pieces: PiecesFolder) throws(SpecError) {
    var places = document.root.member("mounts")?.children
    for mount in spec.mounts {
      let offset = places?.next()?.member("destination")?.offset
      let destination = folders(for: mount).last
      let venv = Files.split(GuestContract.commandsFolder(arrow)).folder
      if destination == GuestContract.metaFolder(arrow) || destination == venv {
        throw SpecError(
          "\(quoted(mount.destination)) is the arrow's own and can't be mounted over", at: offset,
          hint: "a folder of its own, as /data or \(quoted("/\(GuestContract.metaFolder(arrow))/data"))")
      }
      for folder in folders(for: mount) {
        switch pieces.entries[BytePath(folder)] {
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
