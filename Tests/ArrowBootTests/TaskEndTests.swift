import ArrowBoot
import ArrowSpec
import Testing

@Suite("When the task ends")
struct TaskEndTests {
  private let task = Machine.task

  @Test("its code arrives, for every code")
  func codes() {
    for code in Int32(0)..<256 {
      let run = expectPowerOff(Machine.withoutNetwork { $0.at(10, .exits(task, code)) })
      #expect(run.exit?.code == code)
      #expect(run.exit?.reason == .exited)
      #expect(run.exit?.signal == nil)
    }
  }

  @Test("the signal that ends it arrives, with a core or without")
  func signals() {
    for signal in Int32(1)..<65 {
      for core in [0, 0x80] as [Int32] {
        let run = expectPowerOff(Machine.withoutNetwork { $0.at(10, .killed(task, by: signal | core)) })
        #expect(run.exit?.code == 128 + signal)
        #expect(run.exit?.signal == signal)
        #expect(run.exit?.reason == (signal == 31 ? .seccomp : .signaled))
      }
    }
  }

  @Test("a task that ends at once is not waited for")
  func atOnce() {
    #expect(expectPowerOff(Machine.withoutNetwork { $0.at(0, .exits(task, 5)) }).exit?.code == 5)
  }

  @Test("orphans are reaped as they end, and their codes do not count")
  func orphans() {
    let run = expectPowerOff(
      Machine.withoutNetwork { machine in
        for orphan in Int32(200)..<300 {
          machine.at(10, .adopts(orphan))
          machine.at(UInt64(orphan), .exits(orphan, 1))
        }
        machine.at(1000, .exits(task, 7))
      })
    #expect(run.exit?.code == 7)
    #expect(run.calls("send") == ["send 15 to -1 = ESRCH"])
  }

  @Test("children that end at the same moment, with one signal for all, are all reaped")
  func coalesced() {
    let run = expectPowerOff(
      Machine.withoutNetwork { machine in
        for orphan in Int32(200)..<220 { machine.at(10, .adopts(orphan)) }
        machine.at(20, .exits(200, 0), .exits(201, 0), .exits(task, 6), .exits(202, 0))
        for orphan in Int32(203)..<220 { machine.at(20, .exits(orphan, 0)) }
      })
    #expect(run.exit?.code == 6)
    #expect(run.time == 20)
  }

  @Test("what it leaves behind is asked to end, and its own code is kept")
  func leftovers() {
    let run = expectPowerOff(
      Machine.withoutNetwork { machine in
        machine.at(10, .adopts(200))
        machine.at(20, .exits(task, 5))
      })
    #expect(run.calls("send") == ["send 15 to -1"])
    #expect(run.time == 40)
    #expect(run.exit?.code == 5)
  }

  @Test("what does not end when asked is killed after stop.timeout")
  func deafLeftovers() {
    let run = expectPowerOff(
      Machine.withoutNetwork(#", "stop": {"timeout": 3}"#) { machine in
        machine.reaction = { _, _ in [] }
        machine.at(10, .adopts(200))
        machine.at(20, .exits(task, 5))
      })
    #expect(run.calls("send") == ["send 15 to -1", "send 9 to -1"])
    #expect(run.time == 3020)
    #expect(run.exit?.code == 5)
    #expect(run.exit?.reason == .exited)
  }

  @Test("what even SIGKILL does not end is given up")
  func immortal() {
    let run = expectPowerOff(
      Machine.withoutNetwork(#", "stop": {"timeout": 3}"#) { machine in
        machine.immortals = [task]
        machine.at(100, .arrives(Machine.control, Machine.stop))
      })
    #expect(run.calls("send") == ["send 15 to 100", "send 9 to -1", "send 9 to -1"])
    #expect(run.time == 8100)
    #expect(run.exit?.code == 137)
    #expect(run.exit?.reason == .stopped)
  }

  private func events(_ kills: Int) -> String { "low 0\nhigh 0\nmax 9\noom 1\noom_kill \(kills)\noom_group_kill 0\n" }

  @Test("SIGKILL is the OOM killer's where the cgroup counts one more kill")
  func outOfMemory() {
    var machine = Machine.withoutNetwork { $0.at(10, .killed(task, by: 9)) }
    #expect(expectPowerOff(machine).exit?.reason == .signaled)
    machine.memoryEvents = events(1)
    let run = expectPowerOff(machine)
    #expect(run.exit?.reason == .oom)
    #expect(run.exit?.code == 137)
    // Another process was killed, and the task ended by itself.
    let child = Machine.withoutNetwork { machine in
      machine.memoryEvents = events(1)
      machine.at(10, .exits(task, 1))
    }
    #expect(expectPowerOff(child).exit?.reason == .exited)
  }

  @Test("an OOM kill is not counted a second time after a restart")
  func outOfMemoryBefore() {
    let run = expectPowerOff(
      Machine.withoutNetwork(#", "restart": "on-failure:1""#) { machine in
        machine.memoryEvents = events(1)
        machine.at(10, .killed(task, by: 9))
        machine.at(500, .killed(task + 1, by: 9))
      })
    #expect(run.children.count == 2)
    #expect(run.exit?.reason == .signaled)
  }
}
