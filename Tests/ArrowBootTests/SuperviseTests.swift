import ArrowBoot
import ArrowSpec
import Testing

@Suite("While the task runs")
struct SuperviseTests {
  private let task = Machine.task
  private let control = "/dev/vport0p2"
  private let stop = "{\"command\":\"stop\"}\n"

  private func machine(_ members: String = "", prepare: (inout Machine) -> Void = { _ in }) -> Machine {
    var machine = Machine()
    machine.commandLine += " arrow.ip=off"
    machine.addToSpec(members)
    prepare(&machine)
    return machine
  }

  private func end(_ machine: Machine) -> Run {
    let run = machine.boot()
    #expect(run.ending == .poweredOff)
    return run
  }

  // How it ends.

  @Test("its code arrives, whichever it is")
  func codes() {
    for code in Int32(0)..<256 {
      let run = end(machine { $0.at(10, .exits(task, code)) })
      #expect(run.exit?.code == code)
      #expect(run.exit?.reason == .exited)
      #expect(run.exit?.signal == nil)
    }
  }

  @Test("the signal that ends it arrives, with a core or without")
  func signals() {
    for signal in Int32(1)..<65 {
      for core in [0, 0x80] as [Int32] {
        let run = end(machine { $0.at(10, .killed(task, by: signal | core)) })
        #expect(run.exit?.code == 128 + signal)
        #expect(run.exit?.signal == signal)
        #expect(run.exit?.reason == (signal == 31 ? .seccomp : .signaled))
      }
    }
  }

  @Test("a task that is over at once is not waited for")
  func atOnce() {
    #expect(end(machine { $0.at(0, .exits(task, 5)) }).exit?.code == 5)
  }

  @Test("orphans are reaped as they end, and their codes mean nothing")
  func orphans() {
    let run = end(
      machine { machine in
        for orphan in Int32(200)..<300 {
          machine.at(10, .adopts(orphan))
          machine.at(UInt64(orphan), .exits(orphan, 1))
        }
        machine.at(1000, .exits(task, 7))
      })
    #expect(run.exit?.code == 7)
    #expect(run.calls("send") == ["send 15 to -1 = ESRCH"])
  }

  @Test("children that end in one instant, with one signal for all, are all reaped")
  func coalesced() {
    let run = end(
      machine { machine in
        for orphan in Int32(200)..<220 { machine.at(10, .adopts(orphan)) }
        machine.at(20, .exits(200, 0), .exits(201, 0), .exits(task, 6), .exits(202, 0))
        for orphan in Int32(203)..<220 { machine.at(20, .exits(orphan, 0)) }
      })
    #expect(run.exit?.code == 6)
    #expect(run.time == 20)
  }

  @Test("what it leaves behind is asked to end, and its own code is kept")
  func leftovers() {
    let run = end(
      machine { machine in
        machine.at(10, .adopts(200))
        machine.at(20, .exits(task, 5))
      })
    #expect(run.calls("send") == ["send 15 to -1"])
    #expect(run.time == 40)
    #expect(run.exit?.code == 5)
  }

  @Test("what does not end when asked is killed after stop.timeout")
  func deafLeftovers() {
    let run = end(
      machine(#", "stop": {"timeout": 3}"#) { machine in
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
    let run = end(
      machine(#", "stop": {"timeout": 3}"#) { machine in
        machine.immortals = [task]
        machine.at(100, .arrives(control, stop))
      })
    #expect(run.calls("send") == ["send 15 to 100", "send 9 to -1", "send 9 to -1"])
    #expect(run.time == 8100)
    #expect(run.exit?.code == 137)
    #expect(run.exit?.reason == .stopped)
  }

  // How it is stopped.

  @Test(
    "every way to ask is the same stop",
    arguments: [Signal.terminate, Signal.interrupt, Signal.power, Signal.systemdPowerOff])
  func ways(_ signal: Int32) {
    let run = end(machine { $0.at(100, .signal(signal)) })
    #expect(run.calls("send") == ["send 15 to 100", "send 15 to -1 = ESRCH"])
    #expect(run.exit?.code == 143)
    #expect(run.exit?.reason == .stopped)
  }

  @Test("a stop sends the spec's signal, and the code is the task's own")
  func ownCode() {
    let run = end(
      machine(#", "stop": {"signal": "SIGINT", "timeout": 1}"#) { machine in
        machine.reaction = { pid, signal in signal == 2 ? [(50, .exits(pid, 3))] : [] }
        machine.at(100, .arrives(control, stop))
      })
    #expect(run.exit?.code == 3)
    #expect(run.exit?.reason == .stopped)
    #expect(run.time == 150)
  }

  @Test("a stop that is not heard ends with SIGKILL after stop.timeout", arguments: [0, 1, 10])
  func timeout(_ seconds: UInt64) {
    let run = end(
      machine(", \"stop\": {\"timeout\": \(seconds)}") { machine in
        machine.reaction = { _, _ in [] }
        machine.at(100, .arrives(control, stop))
      })
    #expect(run.exit?.code == 137)
    #expect(run.exit?.reason == .stopped)
    #expect(run.time == 100 + seconds * 1000)
  }

  @Test("a hundred stops are one")
  func manyStops() {
    let run = end(
      machine(#", "stop": {"timeout": 2}"#) { machine in
        machine.reaction = { _, _ in [] }
        for time in 0..<100 {
          machine.at(UInt64(100 + time * 10), .arrives(control, stop), .signal(Signal.power), .signal(Signal.terminate))
        }
      })
    #expect(run.calls("send") == ["send 15 to 100", "send 9 to -1", "send 15 to -1 = ESRCH"])
    #expect(run.time == 2100)
  }

  @Test("a stop before the task runs stops it when it does")
  func early() {
    let run = end(machine { $0.at(0, .signal(Signal.power)) })
    #expect(run.calls("send").first == "send 15 to 100")
    #expect(run.exit?.reason == .stopped)
  }

  @Test("a stop while the leftovers end changes nothing about how the task did")
  func lateStop() {
    let run = end(
      machine(#", "restart": "always", "stop": {"timeout": 2}"#) { machine in
        machine.reaction = { _, _ in [] }
        machine.at(10, .adopts(200))
        machine.at(20, .exits(task, 5))
        machine.at(1000, .arrives(control, stop))
      })
    #expect(run.exit?.code == 5)
    #expect(run.exit?.reason == .exited)
    #expect(run.time == 2020)
    #expect(run.children.count == 1)
  }

  // What the host says.

  @Test("signals reach the task", arguments: [1, 3, 10, 12])
  func forwarded(_ signal: Int32) {
    let run = end(
      machine { machine in
        machine.at(100, .signal(signal))
        machine.at(200, .arrives(control, "{\"command\":\"signal\",\"signal\":\(signal)}\n"))
        machine.at(300, .exits(task, 0))
      })
    #expect(run.calls("send").prefix(2) == ["send \(signal) to 100", "send \(signal) to 100"])
    #expect(run.exit?.reason == .exited)
  }

  @Test("a command may come in pieces, or many at once")
  func pieces() {
    let run = end(
      machine { machine in
        for (index, byte) in "{\"command\":\"signal\",\"signal\":12}\n".enumerated() {
          machine.at(UInt64(index), .arrives(control, String(byte)))
        }
        machine.at(100, .arrives(control, String(repeating: "{\"command\":\"signal\",\"signal\":10}\n", count: 50)))
        machine.at(300, .exits(task, 0))
      })
    #expect(run.calls("send 12").count == 1)
    #expect(run.calls("send 10").count == 50)
  }

  @Test("what is no command is passed over, however long; the next line counts again")
  func nonsense() {
    let run = end(
      machine { machine in
        let lines = "\n\nstop\n{}\n{\"command\":\"fly\"}\n{\"command\":\"signal\",\"signal\":65}\n"
        machine.at(10, .arrives(control, lines))
        machine.at(20, .arrives(control, String(repeating: "x", count: 100_000)))
        machine.at(30, .arrives(control, stop))
        machine.at(40, .arrives(control, "{\"command\":\"signal\",\"signal\":10}\n"))
        machine.at(300, .exits(task, 0))
      })
    #expect(run.calls("send") == ["send 10 to 100", "send 15 to -1 = ESRCH"])
    #expect(run.exit?.reason == .exited)
  }

  @Test("a signal for a task that is over goes to nobody")
  func tooLate() {
    let run = end(
      machine(#", "restart": "always""#) { machine in
        machine.at(100, .exits(task, 0))
        machine.at(150, .signal(Signal.user1))
        machine.at(180, .arrives(control, stop))
      })
    #expect(run.calls("send") == ["send 15 to -1 = ESRCH"])
  }

  // Out of memory.

  private func events(_ kills: Int) -> String { "low 0\nhigh 0\nmax 9\noom 1\noom_kill \(kills)\noom_group_kill 0\n" }

  @Test("SIGKILL is the OOM killer's where the cgroup counts one more kill")
  func outOfMemory() {
    var machine = machine { $0.at(10, .killed(task, by: 9)) }
    #expect(end(machine).exit?.reason == .signaled)
    machine.memoryEvents = events(1)
    let run = end(machine)
    #expect(run.exit?.reason == .oom)
    #expect(run.exit?.code == 137)
    // A child was killed, and the task ended by itself.
    let child = self.machine { machine in
      machine.memoryEvents = events(1)
      machine.at(10, .exits(task, 1))
    }
    #expect(end(child).exit?.reason == .exited)
  }

  @Test("an OOM kill is not counted a second time after a restart")
  func outOfMemoryBefore() {
    let run = end(
      machine(#", "restart": "on-failure:1""#) { machine in
        machine.memoryEvents = events(1)
        machine.at(10, .killed(task, by: 9))
        machine.at(500, .killed(task + 1, by: 9))
      })
    #expect(run.children.count == 2)
    #expect(run.exit?.reason == .signaled)
  }

  // Restarts.

  @Test(
    "a restart policy does what docker's does",
    arguments: [
      ("no", [3], 1), ("on-failure", [3, 3, 0, 3], 3), ("on-failure:2", [3, 3, 3, 3], 3), ("on-failure:5", [0], 1),
      ("always", [0, 3, 0, 4], 4),
    ])
  func restarts(_ policy: String, _ codes: [Int32], _ starts: Int) {
    let run = end(
      machine(", \"restart\": \"\(policy)\"") { machine in
        for (index, code) in codes.enumerated() {
          machine.at(UInt64(index + 1) * 20_000, .exits(task + Int32(index), code))
        }
        if policy == "always" { machine.at(80_050, .arrives(control, stop)) }
      })
    #expect(run.children.count == starts)
    #expect(run.exit?.code == codes[starts - 1])
    #expect(run.events.filter { $0.contains("booted") }.count == 1)
  }

  @Test("the pauses double up to a minute, and begin anew after a good run")
  func pauses() {
    // Each run but the sixth ends after one millisecond.
    var starts: [UInt64] = [0]
    var pause: UInt64 = 100
    var machine = machine(#", "restart": "always""#)
    for index in 0..<14 {
      let length: UInt64 = index == 5 ? 10_000 : 1
      if length >= 10_000 { pause = 100 }
      let end = starts[index] + length
      machine.at(end, .exits(task + Int32(index), 1))
      starts.append(end + pause)
      pause = min(pause * 2, 60_000)
    }
    machine.at(starts[14] + 5, .arrives(control, stop))
    machine.commandLine += " arrow.log=info"
    let run = end(machine)
    let waits = run.text(of: "/dev/kmsg").split(separator: "\n").compactMap { line in
      line.contains("restarting") ? line.split(separator: " ").dropLast().last.flatMap { Int($0) } : nil
    }
    #expect(waits == [100, 200, 400, 800, 1600, 100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600])
    #expect(run.time == starts[14] + 25)
  }

  @Test("a stop ends a pause at once, and the last code counts")
  func stopInPause() {
    let run = end(
      machine(#", "restart": "always""#) { machine in
        machine.at(100, .exits(task, 9))
        machine.at(150, .arrives(control, stop))
      })
    #expect(run.time == 150)
    #expect(run.exit?.code == 9)
    #expect(run.exit?.reason == .stopped)
  }

  @Test("a task that can't be started again ends the machine with a word")
  func brokenRestart() {
    let run = end(
      machine(#", "restart": "always""#) { machine in
        machine.at(100, .exits(task, 0))
        // The first one is the boot's.
        let first = machine.boot().calls.firstIndex(of: "fork") ?? 0
        machine.failure = { $0.text == "fork" && $0.number > first ? .again : nil }
      })
    #expect(run.said == "fatal: cannot fork: EAGAIN Resource temporarily unavailable\n")
    #expect(run.exit?.code == 125)
    #expect(run.exit?.reason == .failed)
  }
}
