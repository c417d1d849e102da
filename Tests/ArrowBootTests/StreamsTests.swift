import ArrowSpec
import Testing

@testable import ArrowBoot

@Suite("The task's stdin, stdout and stderr")
struct StreamsTests {
  private static let stdin = "/dev/vport0p4"
  private static let stdout = "/dev/vport0p5"
  private static let stderr = "/dev/vport0p1"

  private func machine(_ members: String = "", process: String = "") -> Machine {
    var machine = Machine()
    machine.ports["vport0p4"] = "org.arrow.stdin"
    machine.commandLine += " arrow.ip=off"
    machine.addToSpec(members, process: process)
    return machine
  }

  private func output(_ run: Run) -> GuestEvent? {
    run.allEvents.compactMap { GuestEvent(line: Array($0.utf8)) }.last { if case .output = $0 { true } else { false } }
  }

  @Test("the task's streams are pipes that belong to its user, who can open them again")
  func pipes() {
    let run = expectBoot(machine(process: #", "user": {"uid": 7, "gid": 8}"#))
    #expect(run.children.first?.open == ["stdin", "stdout", "stderr"])
    #expect(
      run.calls("openTaskPipe") == ["openTaskPipe stdin 7:8", "openTaskPipe stdout 7:8", "openTaskPipe stderr 7:8"])
  }

  @Test("the task's streams pass every byte, in short moves too, and the host is told how many there were")
  func bytes() {
    var machine = machine()
    machine.largestTransfer = 3
    machine.at(300, .arrives("stdout", "first\n"), .arrives(Self.stdin, "question\n"))
    machine.at(400, .arrives("stderr", "wrong\n"), .arrives("stdout", "second\n"))
    // The last words come with the end.
    machine.at(1000, .arrives("stdout", "last"))
    let run = expectBoot(machine)
    #expect(run.text(of: Self.stdout) == "first\nsecond\nlast")
    #expect(run.text(of: Self.stderr) == "wrong\n")
    #expect(run.text(of: "stdin") == "question\n")
    #expect(output(run) == .output(stdout: 17, stderr: 6))
    #expect(run.allEvents.suffix(2).first?.contains("output") == true)
  }

  @Test("the task's streams end for the task when the host ends its stdin, and bytes before the end arrive")
  func end() {
    var machine = machine()
    machine.at(300, .arrives(Self.stdin, "all"), .arrives(Self.stdin, ""))
    let run = expectBoot(machine)
    #expect(run.text(of: "stdin") == "all")
    #expect(run.calls("close stdin").count == 2)
  }

  @Test("the task's streams wait for a reader that is stopped, and PID 1 goes on")
  func stoppedReader() {
    var machine = machine()
    machine.deafDevices = [Self.stdout]
    machine.at(300, .arrives("stdout", "waits\n"))
    machine.at(310, .arrives("stderr", "passes\n"))
    machine.at(600, .hears(Self.stdout))
    let run = expectBoot(machine)
    #expect(run.text(of: Self.stdout) == "waits\n")
    #expect(run.text(of: Self.stderr) == "passes\n")
    #expect(run.calls("watchOutput") == ["watchOutput \(Self.stdout)"])
    #expect(run.time == 1000)
  }

  @Test("the task's streams wait for a task that does not read its stdin, and nothing is lost")
  func stoppedTask() {
    var machine = machine()
    machine.deafDevices = ["stdin"]
    machine.at(300, .arrives(Self.stdin, "one,"))
    machine.at(310, .arrives(Self.stdin, "two"))
    machine.at(600, .hears("stdin"))
    #expect(expectBoot(machine).text(of: "stdin") == "one,two")
  }

  @Test(
    "the task's streams never hold up the end: after five seconds in which the host takes nothing, the rest is counted")
  func deafHost() {
    var machine = machine()
    machine.deafDevices = [Self.stdout]
    machine.at(300, .arrives("stdout", "0123456789"))
    machine.at(1000, .exits(Machine.task, 0))
    let run = machine.boot()
    #expect(run.ending == .poweredOff)
    #expect(run.time == 6000)
    #expect(
      run.allEvents.suffix(3) == [
        #"{"event":"error","stage":"Watch","message":"the host did not take the last 10 bytes of the task's output"}"#,
        #"{"event":"output","stdout":10,"stderr":0}"#, #"{"event":"exited","code":0,"reason":"exited"}"#,
      ])
  }

  @Test("the task's streams never hold up a stop")
  func stop() {
    var machine = machine()
    machine.deafDevices = [Self.stdout]
    machine.at(300, .arrives("stdout", "0123456789"))
    machine.at(500, .arrives(Machine.control, Machine.stop))
    let run = machine.boot()
    #expect(run.exit?.reason == .stopped)
    #expect(run.time == 5520)
  }

  @Test("the task's streams are new pipes after a restart, and the count goes on")
  func restart() {
    var machine = machine(#", "restart": "on-failure:1""#)
    machine.at(300, .arrives("stdout", "first\n"))
    machine.at(400, .exits(Machine.task, 1))
    machine.at(700, .arrives("stdout", "second\n"), .arrives(Self.stdin, "more"))
    machine.at(900, .exits(Machine.task + 1, 0))
    let run = machine.boot()
    #expect(run.calls("openTaskPipe").count == 6)
    #expect(run.text(of: Self.stdout) == "first\nsecond\n")
    #expect(run.text(of: "stdin") == "more")
    #expect(output(run) == .output(stdout: 13, stderr: 0))
    // Nothing of the first task is left open: PID 1's end of stdin alone goes on.
    #expect(run.open.filter { ["stdin", "stdout", "stderr"].contains($0) } == ["stdin"])
  }

  @Test("the task's streams may flood: PID 1 reads commands in between")
  func flood() {
    var machine = machine()
    machine.largestTransfer = 1
    machine.at(300, .arrives("stdout", String(repeating: "x", count: 1000)), .arrives(Machine.control, Machine.stop))
    let run = machine.boot()
    #expect(run.exit?.reason == .stopped)
    let stop = run.calls.firstIndex { $0.hasPrefix("send 15 to") } ?? .max
    #expect(run.calls[..<min(stop, run.calls.count)].count { $0.hasPrefix("splice stdout") } < 200)
    #expect(output(run) == .output(stdout: 1000, stderr: 0))
  }
}
