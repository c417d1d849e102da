import ArrowBoot
import ArrowSpec
import Testing

@Suite("When a stop is asked for")
struct StopTests {
  private let task = Machine.task

  @Test(
    "every way to ask is the same stop",
    arguments: [Signal.terminate, Signal.interrupt, Signal.power, Signal.systemdPowerOff])
  func ways(_ signal: Int32) {
    let run = expectPowerOff(Machine.withoutNetwork { $0.at(100, .signal(signal)) })
    #expect(run.calls("send") == ["send 15 to 100", "send 15 to -1 = ESRCH"])
    #expect(run.exit?.code == 143)
    #expect(run.exit?.reason == .stopped)
  }

  @Test("a stop sends the spec's signal, and the code is the task's own")
  func ownCode() {
    let run = expectPowerOff(
      Machine.withoutNetwork(#", "stop": {"signal": "SIGINT", "timeout": 1}"#) { machine in
        machine.reaction = { pid, signal in signal == 2 ? [(50, .exits(pid, 3))] : [] }
        machine.at(100, .arrives(Machine.control, Machine.stop))
      })
    #expect(run.exit?.code == 3)
    #expect(run.exit?.reason == .stopped)
    #expect(run.time == 150)
  }

  @Test("a stop that the task ignores ends with SIGKILL after stop.timeout", arguments: [0, 1, 10])
  func timeout(_ seconds: UInt64) {
    let run = expectPowerOff(
      Machine.withoutNetwork(", \"stop\": {\"timeout\": \(seconds)}") { machine in
        machine.reaction = { _, _ in [] }
        machine.at(100, .arrives(Machine.control, Machine.stop))
      })
    #expect(run.exit?.code == 137)
    #expect(run.exit?.reason == .stopped)
    #expect(run.time == 100 + seconds * 1000)
  }

  @Test("a hundred stops are one")
  func manyStops() {
    let run = expectPowerOff(
      Machine.withoutNetwork(#", "stop": {"timeout": 2}"#) { machine in
        machine.reaction = { _, _ in [] }
        for time in 0..<100 {
          machine.at(
            UInt64(100 + time * 10), .arrives(Machine.control, Machine.stop), .signal(Signal.power),
            .signal(Signal.terminate))
        }
      })
    #expect(run.calls("send") == ["send 15 to 100", "send 9 to -1", "send 15 to -1 = ESRCH"])
    #expect(run.time == 2100)
  }

  @Test("a stop before the task runs stops it when it does")
  func early() {
    let run = expectPowerOff(Machine.withoutNetwork { $0.at(0, .signal(Signal.power)) })
    #expect(run.calls("send").first == "send 15 to 100")
    #expect(run.exit?.reason == .stopped)
  }

  @Test("a stop while leftovers end does not change how the task ended")
  func lateStop() {
    let run = expectPowerOff(
      Machine.withoutNetwork(#", "restart": "always", "stop": {"timeout": 2}"#) { machine in
        machine.reaction = { _, _ in [] }
        machine.at(10, .adopts(200))
        machine.at(20, .exits(task, 5))
        machine.at(1000, .arrives(Machine.control, Machine.stop))
      })
    #expect(run.exit?.code == 5)
    #expect(run.exit?.reason == .exited)
    #expect(run.time == 2020)
    #expect(run.children.count == 1)
  }
}
