import ArrowBoot
import ArrowSpec
import Testing

@Suite("What the host says while the task runs")
struct ForwardingTests {
  private let task = Machine.task

  @Test("signals reach the task", arguments: [1, 3, 10, 12])
  func forwarded(_ signal: Int32) {
    let run = expectPowerOff(
      Machine.withoutNetwork { machine in
        machine.at(100, .signal(signal))
        machine.at(200, .arrives(Machine.control, "{\"command\":\"signal\",\"signal\":\(signal)}\n"))
        machine.at(300, .exits(task, 0))
      })
    #expect(run.calls("send").prefix(2) == ["send \(signal) to 100", "send \(signal) to 100"])
    #expect(run.exit?.reason == .exited)
  }

  @Test("a command may come in pieces, or many at once")
  func pieces() {
    let run = expectPowerOff(
      Machine.withoutNetwork { machine in
        for (index, byte) in "{\"command\":\"signal\",\"signal\":12}\n".enumerated() {
          machine.at(UInt64(index), .arrives(Machine.control, String(byte)))
        }
        machine.at(
          100, .arrives(Machine.control, String(repeating: "{\"command\":\"signal\",\"signal\":10}\n", count: 50)))
        machine.at(300, .exits(task, 0))
      })
    #expect(run.calls("send 12").count == 1)
    #expect(run.calls("send 10").count == 50)
  }

  @Test("a line that is no command is ignored, however long it is, and the next line counts again")
  func nonsense() {
    let run = expectPowerOff(
      Machine.withoutNetwork { machine in
        let lines = "\n\nstop\n{}\n{\"command\":\"fly\"}\n{\"command\":\"signal\",\"signal\":65}\n"
        machine.at(10, .arrives(Machine.control, lines))
        machine.at(20, .arrives(Machine.control, String(repeating: "x", count: 100_000)))
        machine.at(30, .arrives(Machine.control, Machine.stop))
        machine.at(40, .arrives(Machine.control, "{\"command\":\"signal\",\"signal\":10}\n"))
        machine.at(300, .exits(task, 0))
      })
    #expect(run.calls("send") == ["send 10 to 100", "send 15 to -1 = ESRCH"])
    #expect(run.exit?.reason == .exited)
  }

  @Test("a signal for a task that has ended goes nowhere")
  func tooLate() {
    let run = expectPowerOff(
      Machine.withoutNetwork(#", "restart": "always""#) { machine in
        machine.at(100, .exits(task, 0))
        machine.at(150, .signal(Signal.user1))
        machine.at(180, .arrives(Machine.control, Machine.stop))
      })
    #expect(run.calls("send") == ["send 15 to -1 = ESRCH"])
  }
}
