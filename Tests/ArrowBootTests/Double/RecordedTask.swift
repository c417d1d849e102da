import ArrowSpec

@testable import ArrowBoot

extension RecordedCalls: Linux {
  func pipe() throws(Errno) -> (read: Int32, write: Int32) {
    try record("pipe") {
      let read = newDescriptor(.init(name: "report", flags: .read, isStream: true))
      return (read, newDescriptor(.init(name: "report", flags: .write, isStream: true)))
    }
  }

  func openTaskPipe(isInput: Bool, uid: UInt32, gid: UInt32) throws(Errno) -> TaskPipe {
    let name = ["stdin", "stdout", "stderr"][taskPipes % 3]
    return try record("openTaskPipe \(name) \(uid):\(gid)") {
      taskPipes += 1
      func end(_ flags: OpenFlags) -> Int32 { newDescriptor(.init(name: name, flags: flags, isStream: true)) }
      return isInput
        ? TaskPipe(ours: end([.write, .nonBlocking]), task: end(.read))
        : TaskPipe(ours: end([.read, .nonBlocking]), task: end(.write))
    }
  }

  func splice(_ pipe: Int32, to target: Int32) throws(Errno) -> Int {
    try record("splice \(name(pipe)) to \(name(target))") { () throws(Errno) in
      guard let chunk = inbox[name(pipe)]?.first else { return 0 }
      if deafDevices.contains(name(target)) { throw .again }
      let taken = chunk.prefix(machine.largestTransfer)
      inbox[name(pipe)]?.removeFirst()
      if taken.count < chunk.count { inbox[name(pipe)]?.insert(Array(chunk.dropFirst(taken.count)), at: 0) }
      run.written[name(target), default: []] += taken
      return taken.count
    }
  }

  func unread(in pipe: Int32) throws(Errno) -> Int {
    try record("unread \(name(pipe))") { inbox[name(pipe), default: []].reduce(0) { $0 + $1.count } }
  }

  func fork() throws(Errno) -> Int32 { try record("fork") { playChild() } }

  func exit(_ code: Int32) -> Never {
    note("exit \(code)")
    end(.exited(code))
  }

  func newSession() throws(Errno) { try record("newSession") {} }
  func controlTerminal(_ descriptor: Int32) throws(Errno) { try record("controlTerminal \(name(descriptor))") {} }

  func duplicate(_ descriptor: Int32, to target: Int32, closeOnExec: Bool) throws(Errno) {
    try record("duplicate \(name(descriptor)) to \(target)\(closeOnExec ? " cloexec" : "")") { () throws(Errno) in
      guard let file = descriptors[descriptor] else { throw Errno(9) }
      descriptors[target] = file
      descriptors[target]?.closesOnExec = closeOnExec
    }
  }

  func closeOnExec(from descriptor: Int32) throws(Errno) {
    try record("closeOnExec from \(descriptor)") {
      for number in descriptors.keys where number >= descriptor { descriptors[number]?.closesOnExec = true }
    }
  }

  func changeRoot(_ path: String) throws(Errno) {
    try record("changeRoot \(path)") { () throws(Errno) in root = try tree.resolve(path, root: root) }
  }

  func changeFolder(_ path: String) throws(Errno) {
    try record("changeFolder \(path)") { () throws(Errno) in
      guard let node = tree[try tree.resolve(path, root: root)] else { throw .noEntry }
      if !node.isFolder { throw .notFolder }
    }
  }

  func setUmask(_ mask: UInt32) { note("setUmask \(octal(mask))") }

  func setLimit(_ limit: Spec.ResourceLimit) throws(Errno) {
    try record("setLimit \(ResourceLimitName.names[Int(limit.resource)]) \(limit.soft) \(limit.hard)") {}
  }

  func setGroups(_ groups: [UInt32]) throws(Errno) { try record("setGroups \(groups)") {} }
  func setGroup(_ gid: UInt32) throws(Errno) { try record("setGroup \(gid)") {} }

  func setUser(_ uid: UInt32, keepCapabilities: Bool) throws(Errno) {
    try record("setUser \(uid)\(keepCapabilities ? " keeping capabilities" : "")") {}
  }

  func keepBounding(_ capabilities: UInt64) throws(Errno) { try record("keepBounding \(names(capabilities))") {} }

  func setCapabilities(_ sets: Spec.Capabilities) throws(Errno) {
    let words = [
      "permitted", names(sets.permitted), "effective", names(sets.effective), "inheritable", names(sets.inheritable),
      "ambient", names(sets.ambient),
    ]
    try record("setCapabilities \(words.joined(separator: " "))") {}
  }

  private func names(_ capabilities: UInt64) -> String {
    let names = (0..<64).filter { capabilities >> $0 & 1 == 1 }.map { Capability.names[$0] }
    return names.isEmpty ? "none" : names.joined(separator: ",")
  }

  func setNoNewPrivileges() throws(Errno) { try record("setNoNewPrivileges") {} }
  func loadFilter(_ program: ArraySlice<UInt8>) throws(Errno) { try record("loadFilter \(program.count) bytes") {} }

  func execute(_ path: String, _ arguments: [String], environment: [String]) throws(Errno) {
    try record("execute \(path) \(arguments) \(environment)") { () throws(Errno) in
      guard let node = tree[try tree.resolve(path, root: root)] else { throw .noEntry }
      if node.isFolder || node.mode & 0o111 == 0 { throw .accessDenied }
      descriptors = descriptors.filter { !$0.value.closesOnExec }
      end(.executed(path, arguments, environment: environment))
    }
  }
}
