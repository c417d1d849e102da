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

  /// All of them, the oldest first; also those whose folder is gone, as long as their VM runs.
  public func all() throws -> [Instance] {
    let instances = try names().compactMap(existing)
    return (instances + strays(besides: instances)).sorted { $0.record.created < $1.record.created }
  }

  /// The names in the folder. A folder that is not there yet is empty; one that can't be read is an error.
  private func names() throws -> [String] {
    var status = stat()
    guard stat(folder, &status) == 0 else {
      if errno == ENOENT, try !isDangling(folder) { return [] }
      throw Files.failure("read the folder \(folder)", hint: Self.otherFolder)
    }
    try checkOwner(status)
    do {
      return try Files.names(in: folder).map { String(decoding: $0, as: UTF8.self) }
    } catch {
      throw HostError(error.message, hint: error.hint ?? Self.otherFolder)
    }
  }

  private static let otherFolder = "mend it, or set XDG_STATE_HOME to a folder of yours"

  /// Whether a link on the way to the path leads nowhere.
  private func isDangling(_ path: String) throws -> Bool {
    var path = path
    while path != "/", path != "." {
      if let status = try Files.status(of: path) { return status.st_mode & S_IFMT == S_IFLNK }
      path = Files.split(path).folder
    }
    return false
  }

  /// Another user could put anything into a folder of theirs.
  private func checkOwner(_ status: stat) throws {
    if status.st_uid == geteuid() { return }
    throw HostError(
      "the state folder \(folder) belongs to the user \(status.st_uid), not to you (\(geteuid()))",
      hint: "set XDG_STATE_HOME to a folder of yours")
  }

  /// Instances whose folder is gone while their VM runs.
  private func strays(besides instances: [Instance]) -> [Instance] {
    guard let folder = realPath(folder) else { return [] }
    return hypervisor.strays().compactMap { stray in
      let (place, name) = Files.split(stray.folder)
      guard stray.isFolderGone, place == folder, !instances.contains(where: { $0.name == name }) else { return nil }
      var instance = Instance(
        name: name, folder: "\(folder)/\(name)", record: .unknown(created: 0), hypervisor: hypervisor)
      instance.problem = "its folder is gone"
      instance.stray = stray.process
      return instance
    }
  }

  /// The VMs of this user without a folder that are no instances of this store, for `actrl doctor`.
  func strangers() -> [pid_t] {
    let folder = realPath(folder)
    let names = (try? names()) ?? []
    return hypervisor.strays().filter { stray in
      let (place, name) = Files.split(stray.folder)
      return stray.isFolderGone && (place != folder || names.contains(name))
    }.map(\.process)
  }

  /// Without a name: the newest.
  public func instance(named name: String?) throws -> Instance {
    guard let name else {
      if let instance = try newest() { return instance }
      throw HostError("there is no instance", hint: "actrl shoot ARROW starts one")
    }
    let all = try all()
    if let instance = all.first(where: { $0.name == name }) { return instance }
    throw HostError("there is no instance \(quoted(name))", hint: nameHint(name, among: all.map(\.name)))
  }

  /// The instances of these names; without names, the newest that runs.
  public func live(named names: [String]) throws -> [Instance] {
    if !names.isEmpty { return try names.map { try instance(named: $0) } }
    if let instance = try newest(where: { !$0.isOver }) { return [instance] }
    throw HostError("no instance is running", hint: "actrl list shows those that have ended")
  }

  /// The newest, or the newest of those that `isWanted`.
  public func newest(where isWanted: (Instance) -> Bool = { _ in true }) throws -> Instance? {
    try all().last(where: isWanted)
  }

  private func existing(_ name: String) -> Instance? {
    guard problemWithName(name) == nil else { return nil }
    let folder = "\(folder)/\(name)"
    var instance = Instance(name: name, folder: folder, record: .unknown(created: 0), hypervisor: hypervisor)
    do throws(HostError) {
      let path = instance.path(InstanceFile.record)
      guard let record = InstanceRecord(json: try Files.contents(of: path, atMost: 1 << 20)) else {
        throw HostError("\(path) is no record of an instance")
      }
      instance.record = record
    } catch {
      // Its VM may live all the same: the record is no single point. A folder of somebody else's has none of our files;
      // one that can't be read may have.
      let files = entries(of: folder)
      guard
        files.contains(InstanceFile.record) || files.contains(InstanceFile.events) || isClosed(folder)
          || !instance.isOver
      else { return nil }
      instance.problem = error.message
      instance.record = .unknown(created: modified(folder))
    }
    return instance
  }

  private func isClosed(_ folder: String) -> Bool {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 { return errno == EACCES }
    close(descriptor)
    return false
  }

  /// When the folder was last written to, in nanoseconds since 1970.
  private func modified(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_mtim.tv_sec) * 1_000_000_000 : 0
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
      let name = try nextName(name, for: record.arrow, keepsEnded: record.isTemporary)
      let path = "\(folder)/\(name)"
      // Whole before it has its name: whoever is killed on the way leaves no folder without a record.
      try Files.makeFolder(unfinished, mode: 0o700)
      do {
        let descriptor = try checked("open \(unfinished)") { open(unfinished, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        try checked("lock \(unfinished)") { flock(descriptor, LOCK_EX) }
        try Instance(name: name, folder: unfinished, record: record, hypervisor: hypervisor).writeRecord()
        try takeAway(path)
        try Files.rename(unfinished, to: path)
        let instance = Instance(name: name, folder: path, record: record, hypervisor: hypervisor)
        return InstanceClaim(instance: instance, folder: OpenFolder(path: path, descriptor: descriptor))
      } catch {
        try? Files.remove(unfinished)
        throw error
      }
    }
  }

  /// A folder that is being made, and one that is being removed. Their names can't be an instance's.
  private var unfinished: String { folder + "/.new" }
  private var removed: String { folder + "/.removed" }

  /// Removes a folder. It loses its name first, so that whoever is killed on the way leaves no half of an instance.
  private func takeAway(_ path: String) throws {
    try Files.remove(removed)
    guard try Files.status(of: path) != nil else { return }
    try Files.rename(path, to: removed)
    do {
      try Files.remove(removed)
    } catch {
      // It keeps its name: no other instance waits for the one that can't be removed.
      try? Files.rename(removed, to: path)
      throw HostError("cannot remove the ended instance \(path): \(error.message)", hint: error.hint)
    }
  }

  /// Removes what is left of instances that should have removed themselves, but were killed, and of our own work.
  private func sweep() throws {
    try Files.remove(unfinished)
    try Files.remove(removed)
    for instance in try all() where instance.record.isTemporary && instance.isOver { try takeAway(instance.folder) }
  }

  /// Removes the folder of an ended instance.
  public func remove(_ instance: Instance) throws {
    waitForLauncher(of: instance)
    try locked {
      guard instance.isOver else {
        let state = instance.state == .elsewhere ? "running elsewhere" : "running"
        throw HostError("\(instance.name) is \(state)", hint: "actrl stop \(instance.name)")
      }
      // A folder that is gone may have a successor meanwhile.
      if instance.stray == nil { try takeAway(instance.folder) }
    }
  }

  /// An `actrl run` whose VM has ended still passes on the rest of its output, for some seconds at most if somebody
  /// reads it.
  private func waitForLauncher(of instance: Instance) {
    let deadline = Deadline.after(seconds: 5)
    while instance.events.exit != nil, !instance.isOver, instance.runningProcess == nil, !deadline.hasPassed {
      usleep(20_000)
    }
  }

  /// Removes the folder of an instance that this actrl launches.
  func discard(_ claim: InstanceClaim) throws {
    defer { claim.release() }
    try locked { try takeAway(claim.instance.folder) }
  }

  /// The name of the next instance: the wanted one, else the arrow's, with -2, -3, … behind it while running instances
  /// have that name. An ended instance gives its name away, unless `keepsEnded`: one that leaves nothing must not cost
  /// what another has left.
  func nextName(_ wanted: String?, for arrow: String, keepsEnded: Bool = false) throws -> String {
    let taken = Dictionary(try all().map { ($0.name, $0) }) { first, _ in first }
    if let wanted { return try checkedName(wanted, taken[wanted], keepsEnded) }
    var name = arrow
    var number = 1
    while let instance = taken[name], keepsEnded || !instance.isOver {
      number += 1
      name = "\(arrow)-\(number)"
    }
    return name
  }

  private func checkedName(_ name: String, _ instance: Instance?, _ keepsEnded: Bool) throws -> String {
    guard name.utf8.allSatisfy(isASCIINameByte), problemWithName(name) == nil, name.utf8.first != UInt8(ascii: "-")
    else {
      throw HostError("\(quoted(name)) can't be an instance's name", hint: "letters, digits, '_', '.' and '-'")
    }
    guard let instance else { return name }
    if !instance.isOver {
      throw HostError("an instance \(quoted(name)) is running", hint: "choose another --name, or: actrl stop \(name)")
    }
    if keepsEnded {
      throw HostError(
        "an instance \(quoted(name)) has ended, and its logs are kept",
        hint: "choose another --name, or: actrl rm \(name)")
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
    // Says what is wrong with the folder itself.
    _ = try names()
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
