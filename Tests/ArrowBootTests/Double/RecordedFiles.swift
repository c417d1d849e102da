import ArrowSpec

@testable import ArrowBoot

extension RecordedCalls {
  /// Where `path` leads; the real path and its node, if there is one.
  private func find(_ path: String, followsLast: Bool = true) throws(Errno) -> (path: String, node: FileTree.Node?) {
    let real = try tree.resolve(path, root: root, followsLast: followsLast)
    return (real, tree[real])
  }

  private func existing(_ path: String) throws(Errno) -> (path: String, node: FileTree.Node) {
    let (path, node) = try find(path)
    guard let node else { throw .noEntry }
    return (path, node)
  }

  /// The mount that has a real path.
  private func mount(of path: String) -> (target: String, isReadOnly: Bool, type: String)? {
    mounts.last { path == $0.target || path.hasPrefix($0.target + "/") }
  }

  private func make(_ path: String, _ node: FileTree.Node) throws(Errno) {
    let (real, old) = try find(path, followsLast: false)
    if old != nil { throw .exists }
    if mount(of: real)?.isReadOnly == true { throw Errno(30) }
    tree[real] = node
    if node.isFolder, mount(of: real)?.type == "cgroup2" { tree.mount(machine.cgroupFiles, on: real) }
  }

  func mount(_ source: String, on target: String, type: String, flags: MountFlags, data: String) throws(Errno) {
    let words = ["mount", source, "on", target, type, flags.text, data].filter { !$0.isEmpty }
    try record(words.joined(separator: " ")) { () throws(Errno) in
      let (real, _) = try existing(target)
      var shown = machine.fileSystem(type, source: source)
      if flags.contains(.bind) {
        shown = tree.subtree(try existing(source).path)
      } else if type == "overlay" {
        shown = tree.subtree(real)
      } else if type == "ext4" || type == "erofs" {
        _ = try existing(source)
        if source.hasPrefix("/dev/dm-"), machine.verityStatus == "C" { throw Errno(5) }
      }
      tree.mount(shown, on: real)
      mounts.append((real, flags.contains(.readOnly), type))
    }
  }

  func unmount(_ target: String) throws(Errno) {
    try record("unmount \(target)") { () throws(Errno) in
      let (real, _) = try existing(target)
      guard let index = mounts.lastIndex(where: { $0.target == real }) else { throw .invalid }
      mounts.remove(at: index)
      tree.mount(FileTree(), on: real)
    }
  }

  func setMountFlags(_ target: String, set: MountFlags, clear: MountFlags) throws(Errno) {
    try record("setMountFlags \(target) +\(set.text) -\(clear.text)") { () throws(Errno) in
      let (real, _) = try existing(target)
      guard let index = mounts.lastIndex(where: { $0.target == real }) else { throw .invalid }
      if set.contains(.readOnly) { mounts[index].isReadOnly = true }
      if clear.contains(.readOnly) { mounts[index].isReadOnly = false }
    }
  }

  func makeFolder(_ path: String, mode: UInt32) throws(Errno) {
    try record("makeFolder \(path) \(octal(mode))") { () throws(Errno) in
      try make(path, .init(mode: 0o040000 | mode))
    }
  }

  func makeDevice(_ path: String, mode: UInt32, major: UInt32, minor: UInt32) throws(Errno) {
    try record("makeDevice \(path) \(octal(mode)) \(major):\(minor)") { () throws(Errno) in
      try make(path, .init(mode: mode))
    }
  }

  func makeLink(_ path: String, to target: String) throws(Errno) {
    try record("makeLink \(path) to \(target)") { () throws(Errno) in try make(path, .link(target)) }
  }

  func readLink(_ path: String) throws(Errno) -> String {
    try record("readLink \(path)") { () throws(Errno) in
      guard let node = try find(path, followsLast: false).node else { throw .noEntry }
      if !node.isLink { throw .invalid }
      return node.target
    }
  }

  func realPath(_ path: String, in root: String) throws(Errno) -> String {
    try record("realPath \(path) in \(root)") { () throws(Errno) in
      let real = try tree.resolve(path, root: self.root + root)
      if tree[real] == nil { throw .noEntry }
      return real
    }
  }

  func fileMode(_ path: String) throws(Errno) -> UInt32 {
    try record("fileMode \(path)") { () throws(Errno) in try existing(path).node.mode }
  }

  func fileSize(_ path: String) throws(Errno) -> Int {
    try record("fileSize \(path)") { () throws(Errno) in try existing(path).node.bytes.count }
  }

  func setMode(_ path: String, _ mode: UInt32) throws(Errno) {
    try record("setMode \(path) \(octal(mode))") { () throws(Errno) in
      let (real, node) = try existing(path)
      tree[real]?.mode = node.mode & 0o170000 | mode
    }
  }

  func setOwner(_ path: String, uid: UInt32, gid: UInt32) throws(Errno) {
    try record("setOwner \(path) \(uid):\(gid)") { () throws(Errno) in _ = try existing(path) }
  }

  func open(_ path: String, _ flags: OpenFlags) throws(Errno) -> Int32 {
    try record("open \(path) \(flags.text)") { () throws(Errno) in
      var (real, node) = try find(path)
      if node == nil, flags.contains(.create) {
        try make(real, .file(""))
        node = .file("")
      }
      guard let node else { throw .noEntry }
      if flags.contains(.folder) != node.isFolder { throw node.isFolder ? .isFolder : .notFolder }
      if flags.contains(.truncate) { run.written[real] = [] }
      return newDescriptor(.init(name: real, flags: flags, bytes: node.bytes[...], isStream: node.isStream))
    }
  }

  func close(_ descriptor: Int32) {
    note("close \(name(descriptor))")
    descriptors[descriptor] = nil
    watched.removeAll { $0 == descriptor }
  }

  func read(_ descriptor: Int32, atMost count: Int) throws(Errno) -> [UInt8] {
    try record("read \(name(descriptor))") { () throws(Errno) in
      guard let file = descriptors[descriptor] else { throw Errno(9) }
      // A datagram always comes whole.
      let limit = file.name.contains("socket") ? count : min(count, machine.largestTransfer)
      if file.isStream { return try readStream(file, atMost: limit) }
      descriptors[descriptor]?.bytes = file.bytes.dropFirst(limit)
      return Array(file.bytes.prefix(limit))
    }
  }

  private func readStream(_ file: Descriptor, atMost count: Int) throws(Errno) -> [UInt8] {
    while true {
      if let chunk = inbox[file.name]?.first {
        inbox[file.name]?.removeFirst()
        if chunk.count > count { inbox[file.name]?.insert(Array(chunk.dropFirst(count)), at: 0) }
        return Array(chunk.prefix(count))
      }
      // The child has closed this pipe.
      if file.name == "report" { return [] }
      if file.flags.contains(.nonBlocking) { throw .again }
      if !passTime(until: nil) { end(.hung(in: "read \(file.name)")) }
    }
  }

  func read(_ descriptor: Int32, atMost count: Int, at offset: Int) throws(Errno) -> [UInt8] {
    try record("read \(count) bytes at \(offset) of \(name(descriptor))") { () throws(Errno) in
      guard let file = descriptors[descriptor] else { throw Errno(9) }
      return Array(file.bytes.dropFirst(offset).prefix(count))
    }
  }

  func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) throws(Errno) -> Int {
    try record("write \(shown(bytes)) to \(name(descriptor))") { () throws(Errno) in
      guard let file = descriptors[descriptor] else { throw Errno(9) }
      if deafDevices.contains(file.name) {
        if file.flags.contains(.nonBlocking) { throw .again }
        end(.hung(in: "write to \(file.name)"))
      }
      let taken = bytes.prefix(machine.largestTransfer)
      run.written[file.name, default: []] += taken
      return taken.count
    }
  }

  func names(in folder: String) throws(Errno) -> [String] {
    try record("names in \(folder)") { () throws(Errno) in
      let (real, node) = try existing(folder)
      if !node.isFolder { throw .notFolder }
      return tree.names(in: real)
    }
  }

  func openDatagrams(_ path: String) throws(Errno) -> Int32 {
    try record("openDatagrams \(path)") { () throws(Errno) in
      try make(path, .stream)
      return newDescriptor(.init(name: "NOTIFY_SOCKET", flags: [.read, .nonBlocking], isStream: true))
    }
  }

  func makeRaw(terminal descriptor: Int32) throws(Errno) { try record("makeRaw \(name(descriptor))") {} }
  func setWindow(terminal descriptor: Int32, rows: UInt16, columns: UInt16) throws(Errno) {
    try record("setWindow \(name(descriptor)) \(rows) x \(columns)") {}
  }

  func drain(terminal descriptor: Int32) { note("drain \(name(descriptor))") }
}

func octal(_ mode: UInt32) -> String { "0" + String(mode, radix: 8) }

extension MountFlags {
  /// As mount(8) writes them.
  var text: String {
    let words: [(MountFlags, String)] = [
      (.bind, "bind"), (.recursive, "rec"), (.readOnly, "ro"), (.noSetUID, "nosuid"),
      (.noDevices, "nodev"), (.noExecute, "noexec"), (.noAccessTime, "noatime"),
    ]
    return words.filter { contains($0.0) }.map(\.1).joined(separator: ",")
  }
}

extension OpenFlags {
  var text: String {
    let access = contains(.readWrite) ? "read,write" : contains(.write) ? "write" : "read"
    let words: [(OpenFlags, String)] = [
      (.create, "create"), (.truncate, "truncate"), (.noControlTerminal, "noctty"), (.nonBlocking, "nonblock"),
      (.folder, "folder"),
    ]
    return ([access] + words.filter { contains($0.0) }.map(\.1)).joined(separator: ",")
  }
}
