import ArrowSpec

/// The task's cgroup. PID 1 stays outside, so that the task's limits cannot stop it (cgroups(7)).
struct Cgroup {
  static let mount = "/cgroup"
  /// Which controllers the cgroups below the mount have.
  static var controllers: String { "/cgroup/cgroup.subtree_control" }
  static let folder = "/cgroup/task"
  /// The folder; BPF programs are attached to it.
  var descriptor: Int32

  /// How many processes of the task the OOM killer has killed so far: `oom_kill` of memory.events (cgroup-v2, "Memory
  /// Interface Files"). `nil` where the kernel does not say.
  static func outOfMemoryKills(_ linux: some Linux) -> Int? {
    let key = Array("oom_kill ".utf8)
    guard let events = try? linux.contents(of: "\(folder)/memory.events"),
      let line = events.split(separator: UInt8(ascii: "\n")).first(where: { $0.starts(with: key) })
    else { return nil }
    return decimal(line.dropFirst(key.count))
  }
}
