import ArrowBoot
import Testing

@Suite("The task's confinement")
struct ConfinementTests {
  /// The child's calls, from entering its root on.
  private func calls(process: String, prepare: (inout Machine) -> Void = { _ in }) throws -> [String] {
    var machine = Machine()
    machine.addToSpec("", process: process)
    prepare(&machine)
    let calls = try #require(expectBoot(machine).children.first).calls
    let root = try #require(calls.firstIndex(of: "changeRoot /root"))
    return Array(calls[root...].dropLast())
  }

  @Test("the task's confinement consists of these calls, in this order, when the spec says nothing")
  func preset() throws {
    #expect(
      try calls(process: "") == [
        "changeRoot /root",
        "changeFolder /meta/hello",
        "setUmask 022",
        "setLimit RLIMIT_NOFILE 65536 65536",
        "restoreSignals",
        "keepBounding none",
        "setGroups []",
        "setGroup 1000",
        "setUser 1000",
        "setCapabilities permitted none effective none inheritable none ambient none",
        "setNoNewPrivileges",
        "loadFilter 8 bytes",
      ])
  }

  @Test("the task's confinement follows the spec")
  func asked() throws {
    let process = #"""
      , "cwd": "/tmp", "user": {"uid": 5, "gid": 6, "additionalGids": [7, 8], "umask": 63},
        "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 3, "hard": 4}, {"type": "RLIMIT_CPU", "soft": 1, "hard": 2}],
        "capabilities": {
          "bounding": ["CAP_CHOWN", "CAP_NET_BIND_SERVICE"], "permitted": ["CAP_NET_BIND_SERVICE"],
          "effective": ["CAP_NET_BIND_SERVICE"], "inheritable": ["CAP_NET_BIND_SERVICE"],
          "ambient": ["CAP_NET_BIND_SERVICE"]
        }
      """#
    #expect(
      try calls(process: process) == [
        "changeRoot /root",
        "changeFolder /tmp",
        "setUmask 077",
        "setLimit RLIMIT_NOFILE 3 4",
        "setLimit RLIMIT_CPU 1 2",
        "restoreSignals",
        "keepBounding CAP_CHOWN,CAP_NET_BIND_SERVICE",
        "setGroups [7, 8]",
        "setGroup 6",
        "setUser 5 keeping capabilities",
        "setCapabilities permitted CAP_NET_BIND_SERVICE effective CAP_NET_BIND_SERVICE"
          + " inheritable CAP_NET_BIND_SERVICE ambient CAP_NET_BIND_SERVICE",
        "setNoNewPrivileges",
        "loadFilter 8 bytes",
      ])
  }

  @Test("the task's confinement loads the filter before it gives up privileges, when no_new_privs is not set")
  func newPrivileges() throws {
    let calls = try calls(process: #", "noNewPrivileges": false"#)
    let filter = try #require(calls.firstIndex(of: "loadFilter 8 bytes"))
    let user = try #require(calls.firstIndex(of: "setUser 1000"))
    #expect(filter < user)
    #expect(!calls.contains("setNoNewPrivileges"))
  }

  @Test(
    "the task's confinement sets the task's weight for the OOM killer, which never chooses PID 1",
    arguments: [("", "0"), (#", "oomScoreAdj": -7"#, "-7")])
  func oomScore(_ process: String, _ score: String) throws {
    var machine = Machine()
    machine.addToSpec("", process: process)
    let run = expectBoot(machine)
    #expect(run.text(of: "/proc/self/oom_score_adj") == "-1000")
    #expect(try #require(run.children.first).calls.contains("write \"\(score)\" to /proc/self/oom_score_adj"))
  }

  @Test("the task's confinement puts the task into its cgroup, whose limits leave memory for PID 1")
  func cgroup() throws {
    var machine = Machine()
    machine.freeMemory = 40 << 20
    let run = expectBoot(machine)
    #expect(run.text(of: "/cgroup/cgroup.subtree_control") == "+pids +memory")
    #expect(run.text(of: "/cgroup/task/pids.max") == "320")
    #expect(run.text(of: "/cgroup/task/memory.max") == String(38 << 20))
    let child = try #require(run.children.first)
    #expect(child.text(of: "/cgroup/task/cgroup.procs") == "0")
    // It comes early, before anything that the spec can make fail.
    #expect(child.calls.firstIndex { $0.contains("cgroup.procs") } ?? 99 < 3)
    machine.freeMemory = 1 << 20
    #expect(expectBoot(machine).text(of: "/cgroup/task/memory.max") == "")
    #expect(expectBoot(machine).text(of: "/cgroup/task/pids.max") == "4096")
    machine.freeMemory = 8 << 30
    #expect(expectBoot(machine).text(of: "/cgroup/task/pids.max") == "4096")
  }

  @Test("the task's confinement needs the task's working folder")
  func noFolder() {
    var machine = Machine()
    machine.addToSpec("", process: #", "cwd": "/nowhere""#)
    expectFailure(machine, "fatal: cannot change to the folder /nowhere: ENOENT No such file or directory")
  }
}
