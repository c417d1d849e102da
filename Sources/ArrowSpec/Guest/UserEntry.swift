/// Lines of `/etc/passwd` and `/etc/group`, without which getpwuid(3) fails and with it `os.path.expanduser`. The image
/// has them for the users of its specs; arrow-init adds them for a user that the host has chosen at the start.
public enum UserEntry {
  public static func user(_ user: Spec.User) -> String {
    let name = name(user.uid)
    return "\(name):x:\(user.uid):\(user.gid):\(name):/tmp:/nologin\n"
  }

  public static func group(_ gid: UInt32) -> String { "\(name(gid)):x:\(gid):\n" }

  private static func name(_ id: UInt32) -> String {
    switch id {
    case 0: "root"
    case 1000: "arrow"
    default: "arrow\(id)"
    }
  }
}
