import ArrowHost
import ArrowSpec
import Glibc

/// The folder of all instances: `$XDG_STATE_HOME/arrow/instances`.
public struct InstanceStore {
  let folder: String
  /// What runs the VMs of its instances.
  private let hypervisor: any Hypervisor

  init(folder: String, _ hypervisor: any Hypervisor) {
    self.folder = folder
    self.hypervisor = hypervisor
  }

  init(environment: [String: String], _ hypervisor: any Hypervisor) throws {
    self.hypervisor = hypervisor
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      folder = state + "/arrow/instances"
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      folder = home + "/.local/state/arrow/instances"
    } else {
      throw HostError("neither XDG_STATE_HOME nor HOME says where to keep state", hint: "export HOME")
    }
  }

  /// All of them, the oldest first.
  public func all() -> [Instance] {
    let instances = entries(of: folder).compactMap(existing)
    return instances.sorted { $0.record.created < $1.record.created }
  }

  /// Without a name: the newest.
  public func instance(named name: String?) throws -> Instance {
    guard let name else {
      if let instance = newest() { return instance }
      throw HostError("there is no instance", hint: "actrl shoot ARROW starts one")
    }
    if let instance = existing(name) { return instance }
    throw HostError("there is no instance \(quoted(name))", hint: nameHint(name, among: all().map(\.name)))
  }

  /// The instances of these names; without names, the newest that runs.
  public func live(named names: [String]) throws -> [Instance] {
    if !names.isEmpty { return try names.map { try instance(named: $0) } }
    if let instance = newest(where: { !$0.isOver }) { return [instance] }
    throw HostError("no instance is running", hint: "actrl list shows those that have ended")
  }

  /// The newest, or the newest of those that `isWanted`.
  public func newest(where isWanted: (Instance) -> Bool = { _ in true }) -> Instance? { all().last(where: isWanted) }

  private func existing(_ name: String) -> Instance? {
    guard problemWithName(name) == nil else { return nil }
    let folder = "\(folder)/\(name)"
    guard let json = contents(of: "\(folder)/\(InstanceFile.record)"), let record = InstanceRecord(json: json) else {
      return nil
    }
    return Instance(name: name, folder: folder, record: record, hypervisor: hypervisor)
  }

  /// The room on the disk for the next instance.
  func freeBytes() throws -> UInt64 {
    try makeFolders()
    var status = statvfs()
    try checked("look at \(folder)") { statvfs(folder, &status) }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize)
  }

  /// Makes an instance's folder, in place of an ended one of that name. Its state is `starting` until the result is
  /// released.
  func create(name: String?, record: InstanceRecord) throws -> InstanceClaim {
    try makeFolders()
    return try locked {
      try sweep()
      let name = try nextName(name, for: record.arrow)
      let path = "\(folder)/\(name)"
      try Files.remove(path)
      try Files.makeFolder(path, mode: 0o700)
      do {
        let descriptor = try checked("open \(path)") { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        try checked("lock \(path)") { flock(descriptor, LOCK_EX) }
        let instance = Instance(name: name, folder: path, record: record, hypervisor: hypervisor)
        try instance.writeRecord()
        return InstanceClaim(instance: instance, folder: OpenFolder(path: path, descriptor: descriptor))
      } catch {
        try? Files.remove(path)
        throw error
      }
    }
  }

  /// Removes what is left of instances that should have removed themselves, but were killed.
  private func sweep() throws {
    for instance in all() where instance.record.isTemporary && instance.isOver { try Files.remove(instance.folder) }
  }

  /// Removes the folder of an ended instance.
  public func remove(_ instance: Instance) throws {
    try locked {
      guard instance.isOver else {
        throw HostError("\(instance.name) is running", hint: "actrl stop \(instance.name)")
      }
      try Files.remove(instance.folder)
    }
  }

  /// Removes the folder of an instance that this actrl launches.
  func discard(_ claim: InstanceClaim) throws {
    defer { claim.release() }
    try locked { try Files.remove(claim.instance.folder) }
  }

  /// The name of the next instance: the wanted one, else the arrow's, with -2, -3, … behind it while running instances
  /// have that name.
  func nextName(_ wanted: String?, for arrow: String) throws -> String {
    if let wanted { return try checkedName(wanted) }
    var name = arrow
    var number = 1
    while let instance = existing(name), !instance.isOver {
      number += 1
      name = "\(arrow)-\(number)"
    }
    return name
  }

  private func checkedName(_ name: String) throws -> String {
    guard name.utf8.allSatisfy(isASCIINameByte), problemWithName(name) == nil, name.utf8.first != UInt8(ascii: "-")
    else {
      throw HostError("\(quoted(name)) can't be an instance's name", hint: "letters, digits, '_', '.' and '-'")
    }
    if let instance = existing(name), !instance.isOver {
      throw HostError("an instance \(quoted(name)) is running", hint: "choose another --name, or: actrl stop \(name)")
    }
    return name
  }

  private func makeFolders() throws {
    var path = ""
    for component in folder.split(separator: "/") {
      path += "/" + component
      guard mkdir(path, 0o700) != 0, errno != EEXIST else { continue }
      let number = errno
      var status = stat()
      // A read-only parent that exists answers EROFS or EACCES, not EEXIST.
      guard stat(path, &status) == 0 else {
        throw HostError("cannot make \(path): \(systemText(number))", hint: "set XDG_STATE_HOME to a folder of yours")
      }
    }
  }

  /// One actrl at a time chooses names and removes folders.
  private func locked<Result>(_ body: () throws -> Result) throws -> Result {
    let path = "\(folder)/.lock"
    let descriptor = try checked("open \(path)") { open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
    defer { close(descriptor) }
    try checked("lock \(path)") { flock(descriptor, LOCK_EX) }
    return try body()
  }
}
