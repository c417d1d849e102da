import ArrowBoot
import ArrowSpec
import Testing

@Suite("When a system call fails")
struct FailureTests {
  /// A machine that uses most of what a spec can have.
  private var machine: Machine {
    var machine = Machine()
    machine.commandLine = "arrow=hello arrow.log=info"
    machine.addToSpec(
      """
      , "ports": [{"port": 8080}, {"port": 53, "proto": "udp"}], "root": {"readonly": false}, "mounts": [
        {"destination": "/data", "type": "ext4", "source": "data", "options": ["noatime"]},
        {"destination": "/run/cache", "type": "tmpfs", "options": ["size=1m"]},
        {"destination": "/shared", "type": "9p", "source": "share", "options": ["ro"]},
        {"destination": "/mirror", "type": "bind", "source": "/binary", "options": ["ro"]}
      ], "linux": {"sysctl": {"net.core.somaxconn": "64"}, "maskedPaths": ["/proc/kcore", "/proc/acpi"],
        "readonlyPaths": ["/proc/bus"]}
      """, process: #", "rlimits": [{"type": "RLIMIT_CORE", "soft": 0, "hard": 0}]"#)
    for folder in ["/data", "/shared", "/mirror"] { machine.pieces[folder] = .folder }
    machine.disks.append(.init(name: "vdb", serial: "data", bytes: ext4(label: "")))
    machine.initrd["/arrow/overrides.json"] = .file(#"{"hostname": "named"}"#)
    machine.at(500, .listens(8080))
    machine.at(1000, .exits(Machine.task, 0))
    return machine
  }

  private static let error = Errno(5)

  @Test("the boot goes on where it can, or else ends with a message and a code: for each call")
  func everyCall() throws {
    try expectPinned("failures-of-the-boot", table(machine.boot().calls, isChild: false))
  }

  @Test("the task does not start half confined: for each call from fork to exec")
  func everyCallOfTheChild() throws {
    let calls = try #require(machine.boot().children.first).calls
    try expectPinned("failures-of-the-task", table(calls, isChild: true))
  }

  private func table(_ calls: [String], isChild: Bool) -> String {
    var lines: [String] = []
    for (number, text) in calls.enumerated() {
      var machine = machine
      final class Meeting { var happened = false }
      let meeting = Meeting()
      machine.failure = { call in
        guard call.number == number, call.isChild == isChild else { return nil }
        meeting.happened = true
        return Self.error
      }
      let run = machine.boot()
      // Calls that cannot fail do not ask.
      guard meeting.happened else { continue }
      let call = text.split(separator: " = E")[0]
      lines.append("\(call)\n    \(outcome(run))")
    }
    return lines.joined(separator: "\n")
  }

  /// What the host and the console were told, in one line.
  private func outcome(_ run: Run) -> String {
    if run.ending != .poweredOff { return "NO POWER-OFF: \(run.ending)" }
    let said = (run.text(of: "/dev/console") + run.console).split(separator: "\n").joined(separator: " | ")
      .replacing("arrow-init: ", with: "")
    guard let exit = run.exit else { return "the host hears nothing; console: \(said)" }
    if exit.code == 0, said.isEmpty { return run.events.count == 3 ? "goes on" : "goes on; \(run.events.count) events" }
    return "\(exit.code) \(said)"
  }
}
