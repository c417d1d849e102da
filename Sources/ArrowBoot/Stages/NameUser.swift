import ArrowSpec

/// Gives the task's user and groups their names where the host has chosen others than the spec: the image has names for
/// those of its specs.
enum NameUser {
  /// Longer than any that mkarrowimg writes, in bytes.
  private static let limit = 1 << 20

  static func name(_ task: Task, _ linux: some Linux) throws(BootError) {
    guard task.hasGivenUser else { return }
    let user = task.spec.process.user
    try add([(user.uid, UserEntry.user(user))], to: "passwd", linux)
    try add(([user.gid] + user.additionalGids).map { ($0, UserEntry.group($0)) }, to: "group", linux)
  }

  private static func add(
    _ entries: [(id: UInt32, line: String)], to file: String, _ linux: some Linux
  ) throws(BootError) {
    let path = "\(TaskRoot.path)/etc/\(file)"
    let named = "\(TaskRoot.path)\(GuestContract.runFolder)/\(file)"
    try must("name the task's user in \(path)") { () throws(Errno) in
      // An image of an older mkarrowimg, or of somebody else's, may have none.
      guard try linux.exists(path) else { return }
      var text = try linux.contents(of: path, limit: limit)
      let size = text.count
      for entry in entries where !has(entry.id, in: text) { text += Array(entry.line.utf8) }
      if text.count == size { return }
      try linux.write(String(decoding: text, as: UTF8.self), into: named, [.write, .create])
      try linux.mount(named, on: path, type: "", flags: .bind, data: "")
    }
  }

  /// Whether a line has this number in its third field.
  private static func has(_ id: UInt32, in text: [UInt8]) -> Bool {
    text.split(separator: UInt8(ascii: "\n")).contains { line in
      let fields = line.split(separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
      return fields.count > 2 && decimal(fields[2]) == Int(id)
    }
  }
}
