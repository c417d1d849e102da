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

  /// What `actrl kill -s` sends.
  private func command(_ signal: Int32) -> String { "{\"command\":\"signal\",\"signal\":\(signal)}\n" }

  @Test(
    "SIGKILL and the stop signal of the host are stronger than a restart policy, other signals are not",
    arguments: [
      (9, nil, 1, 137), (15, nil, 1, 143), (10, nil, 2, 138), (15, "SIGINT", 2, 143), (2, "SIGINT", 1, 130),
    ] as [(Int32, String?, Int, Int32)])
  func signals(_ signal: Int32, _ stopSignal: String?, _ starts: Int, _ code: Int32) {
    let stop = stopSignal.map { ", \"stop\": {\"signal\": \"\($0)\"}" } ?? ""
    for policy in ["always", "on-failure"] {
      let run = expectPowerOff(
        Machine.withoutNetwork(", \"restart\": \"\(policy)\"" + stop) { machine in
          machine.reaction = { pid, number in [(1, .killed(pid, by: number))] }
          machine.at(100, .arrives(Machine.control, command(signal)))
          machine.at(5000, .arrives(Machine.control, Machine.stop))
        })
      #expect(run.children.count == starts)
      #expect(run.exit?.reason == .stopped)
      if starts == 1 {
        #expect(run.exit?.code == code)
        #expect(run.time <= 101)
      } else {
        #expect(run.time == 5001)
      }
    }
  }

  @Test("SIGKILL of the host ends what the task has left behind as well, without its time to stop")
  func killLeftovers() {
    let run = expectPowerOff(
      Machine.withoutNetwork(#", "restart": "always", "stop": {"timeout": 60}"#) { machine in
        machine.reaction = { _, _ in [] }
        machine.at(10, .adopts(200))
        machine.at(100, .arrives(Machine.control, command(9)))
      })
    #expect(run.exit?.code == 137)
    #expect(run.exit?.signal == 9)
    #expect(run.exit?.reason == .stopped)
    #expect(run.time == 100)
    #expect(run.children.count == 1)
  }

  @Test("SIGKILL of the host cuts a stop short, and a stop behind it changes nothing")
  func killBehindStop() {
    let run = expectPowerOff(
      Machine.withoutNetwork(#", "restart": "always", "stop": {"timeout": 60}"#) { machine in
        machine.reaction = { _, _ in [] }
        machine.at(100, .arrives(Machine.control, Machine.stop))
        machine.at(200, .arrives(Machine.control, command(9) + Machine.stop))
      })
    #expect(run.calls("send") == ["send 15 to 100", "send 9 to -1", "send 15 to -1 = ESRCH"])
    #expect(run.exit?.code == 137)
    #expect(run.time == 200)
  }

  @Test("every end for good ends a pause at once, and the last code counts", arguments: [9, 15] as [Int32])
  func killInPause(_ signal: Int32) {
    let run = expectPowerOff(
      Machine.withoutNetwork(#", "restart": "always""#) { machine in
        machine.at(100, .exits(task, 9))
        machine.at(150, .arrives(Machine.control, command(signal)))
      })
    #expect(run.time == 150)
    #expect(run.children.count == 1)
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
