import ArrowSpec

/// `/etc/passwd` and `/etc/group`: root, the default user, and whom the specs of the image name.
enum Accounts {
  static func files(for users: [Spec.User]) -> (passwd: String, group: String) {
    var root = Spec.User()
    (root.uid, root.gid) = (0, 0)
    var named: [Spec.User] = []
    for user in [root, Spec.User()] + users.sorted(by: { ($0.uid, $0.gid) < ($1.uid, $1.gid) })
    where !named.contains(where: { $0.uid == user.uid }) {
      named.append(user)
    }
    let groups = Set(users.flatMap { [$0.gid] + $0.additionalGids }).subtracting([0, 1000]).sorted()
    return (
      named.map(UserEntry.user).joined(), ([0, 1000] + groups).map(UserEntry.group).joined()
    )
  }
}
