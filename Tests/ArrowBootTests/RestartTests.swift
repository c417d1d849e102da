import ArrowBoot
import ArrowSpec
import Testing

@Suite("When the task is restarted")
struct RestartTests {
  private let task = Machine.task

  @Test(
    "a restart policy does what docker's does",
    arguments: [
      ("no", [3], 1), ("on-failure", [3, 3, 0, 3], 3), ("on-failure:2", [3, 3, 3, 3], 3), ("on-failure:5", [0], 1),
      ("always", [0, 3, 0, 4], 4),
    ])
  func restarts(_ policy: String, _ codes: [Int32], _ starts: Int) {
    let run = expectPowerOff(
      Machine.withoutNetwork(", \"restart\": \"\(policy)\"") { machine in
        for (index, code) in codes.enumerated() {
          machine.at(UInt64(index + 1) * 20_000, .exits(task + Int32(index), code))
        }
        if policy == "always" { machine.at(80_050, .arrives(Machine.control, Machine.stop)) }
      })
    #expect(run.children.count == starts)
    #expect(run.exit?.code == codes[starts - 1])
    #expect(run.events.filter { $0.contains("booted") }.count == 1)
  }

  @Test("the pauses double up to a minute, and start again after a good run")
  func pauses() {
    // Each run but the sixth ends after one millisecond.
    var starts: [UInt64] = [0]
    var pause: UInt64 = 100
    var machine = Machine.withoutNetwork(#", "restart": "always""#)
    for index in 0..<14 {
      let length: UInt64 = index == 5 ? 10_000 : 1
      if length >= 10_000 { pause = 100 }
      let end = starts[index] + length
      machine.at(end, .exits(task + Int32(index), 1))
      starts.append(end + pause)
      pause = min(pause * 2, 60_000)
    }
    machine.at(starts[14] + 5, .arrives(Machine.control, Machine.stop))
    machine.commandLine += " arrow.log=info"
    let run = expectPowerOff(machine)
    let waits = run.text(of: "/dev/kmsg").split(separator: "\n").compactMap { line in
      line.contains("restarting") ? line.split(separator: " ").dropLast().last.flatMap { Int($0) } : nil
    }
    #expect(waits == [100, 200, 400, 800, 1600, 100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600])
    #expect(run.time == starts[14] + 25)
  }

  @Test("a stop ends a pause at once, and the last code counts")
  func stopInPause() {
    let run = expectPowerOff(
      Machine.withoutNetwork(#", "restart": "always""#) { machine in
        machine.at(100, .exits(task, 9))
        machine.at(150, .arrives(Machine.control, Machine.stop))
      })
    #expect(run.time == 150)
    #expect(run.exit?.code == 9)
    #expect(run.exit?.reason == .stopped)
  }

  @Test("a task that cannot be restarted ends the machine with a message")
  func brokenRestart() {
    let run = expectPowerOff(
      Machine.withoutNetwork(#", "restart": "always""#) { machine in
        machine.at(100, .exits(task, 0))
        // The first fork is the first start.
        let first = machine.boot().calls.firstIndex(of: "fork") ?? 0
        machine.failure = { $0.text == "fork" && $0.number > first ? .again : nil }
      })
    #expect(run.said == "fatal: cannot fork: EAGAIN Resource temporarily unavailable\n")
    #expect(run.exit?.code == 125)
    #expect(run.exit?.reason == .failed)
  }
}
