/// What a spec can mount.
public enum MountKind: Equatable {
  case tmpfs, ext4, ninep, bind

  public var name: String {
    switch self {
    case .tmpfs: "tmpfs"
    case .ext4: "ext4"
    case .ninep: "9p"
    case .bind: "bind"
    }
  }
}
