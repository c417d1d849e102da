import ArrowSpec
import Testing

@testable import ArrowBoot

@Suite("Reports of the seccomp filter")
struct FilterReportTests {
  /// A netlink message as kauditd sends it: a header and the text of the record.
  private func record(
    _ call: Int, code: String = "0x50001", architecture: String = "c000003e", type: UInt8 = 0x2E, comm: String = "task"
  ) -> String {
    let header =
      String(repeating: "\0", count: 4) + String(UnicodeScalar(type)) + "\u{5}" + String(repeating: "\0", count: 10)
    return header
      + "audit(1700000000.123:45): auid=4294967295 uid=1000 gid=1000 ses=4294967295 pid=100 comm=\"\(comm)\" "
      + "exe=\"/binary/tool\" sig=0 arch=\(architecture) syscall=\(call) compat=0 ip=0x401000 code=\(code)\0"
  }

  private func heard(_ machine: Machine) -> [String] { Array(expectBoot(machine).events.dropFirst().dropLast()) }

  private func more(_ count: Int) -> String { #"{"event":"seccomp","more":\#(count)}"# }

  private func refused(_ name: String) -> String { #"{"event":"seccomp","syscall":"\#(name)"}"# }

  @Test("a report of the seccomp filter is told by the system call's name, or by its number where it has no name")
  func named() {
    var machine = Machine()
    for call in [0, 165, 334, 335, 423, 424, 466, 467, 1000, 99_999] {
      machine.at(100, .arrives("audit", record(call)))
    }
    machine.at(101, .arrives("audit", record(20, architecture: "40000003")))
    #expect(
      heard(machine)
        == [
          "read", "mount", "rseq", "335", "423", "pidfd_send_signal", "removexattrat", "467", "1000", "99999",
          "20 of another architecture",
        ].map(refused))
  }

  @Test(
    "a report of the seccomp filter is told once a minute for each call, for at most 64 calls, however many refusals there are"
  )
  func flood() {
    var machine = Machine()
    for time in UInt64(0)..<1000 { machine.at(time, .arrives("audit", record(165))) }
    #expect(heard(machine) == [refused("mount")])
    let calls = [165] + (1000..<1300).map { $0 }
    for call in calls { machine.at(500, .arrives("audit", record(call))) }
    #expect(heard(machine).count == 1 + 64 + 1)
    #expect(heard(machine).last == more(300 - 64))
    machine.happenings = []
    machine.at(500, .arrives("audit", record(165)))
    machine.at(60_499, .arrives("audit", record(165)))
    machine.at(60_600, .arrives("audit", record(165)))
    machine.at(70_000, .exits(Machine.task, 0))
    #expect(machine.boot().events.dropFirst().dropLast() == [refused("mount"), refused("mount")])
  }

  @Test("reports of the seccomp filter beyond 64 are counted: told when the minute is over, and at the end")
  func counted() {
    var machine = Machine()
    for time in [500, 600] as [UInt64] {
      for call in 1000..<1100 { machine.at(time, .arrives("audit", record(call))) }
    }
    machine.at(70_000, .arrives("audit", record(7)))
    for call in 1000..<1070 { machine.at(80_000, .arrives("audit", record(call))) }
    machine.at(90_000, .exits(Machine.task, 0))
    let run = machine.boot()
    let names = (1000..<1064).map { refused("\($0)") }
    #expect(
      run.events.dropFirst().dropLast() == names + [more(72), refused("poll")] + names.dropLast() + [more(7)])
  }

  @Test("a report of the seccomp filter names the calls that lead out, however many others there were before")
  func escapes() {
    var machine = Machine()
    for call in 1000..<1100 { machine.at(500, .arrives("audit", record(call))) }
    for call in Architecture.escapes { machine.at(501, .arrives("audit", record(call))) }
    let heard = heard(machine).joined()
    for name in [
      "mount", "umount2", "pivot_root", "chroot", "ptrace", "bpf", "init_module", "finit_module", "kexec_load",
      "reboot", "unshare", "setns", "open_by_handle_at", "keyctl", "perf_event_open", "userfaultfd",
      "process_vm_writev",
      "io_uring_setup", "open_tree", "move_mount", "fsopen", "mount_setattr", "pidfd_getfd",
    ] {
      #expect(heard.contains(refused(name)), "\(name)")
    }
    #expect(Set(Architecture.escapes).count == Architecture.escapes.count)
  }

  @Test("a report of the seccomp filter cannot be forged by the name that the task gives itself")
  func forged() {
    var machine = Machine()
    machine.at(100, .arrives("audit", record(165, comm: "x syscall=0 arch=c000003e code=0x7ffc0000")))
    machine.at(200, .arrives("audit", record(1, type: 0x2F)), .arrives("audit", ""), .arrives("audit", "short"))
    machine.at(300, .arrives("audit", record(1).replacing("syscall=1", with: "syscall=x")))
    #expect(heard(machine) == [refused("mount")])
  }

  @Test("a report of the seccomp filter is an error when it is PID 1's own filter")
  func ofInit() {
    var machine = Machine()
    machine.at(100, .arrives("audit", record(83).replacing("pid=100", with: "pid=1")))
    let message = "PID 1's own seccomp filter refused mkdir"
    #expect(heard(machine) == [#"{"event":"error","stage":"GiveUpPrivileges","message":"\#(message)"}"#])
  }

  @Test("a report of the seccomp filter is waited for a moment when it killed the task")
  func killed() {
    var machine = Machine()
    machine.at(1000, .killed(Machine.task, by: Signal.badSystemCall))
    machine.at(1004, .arrives("audit", record(101, code: "0x80000000")))
    let run = machine.boot()
    #expect(
      run.events.dropFirst() == [
        refused("ptrace"), #"{"event":"exited","code":159,"signal":31,"reason":"seccomp"}"#,
      ])
    #expect(run.time <= 1060)
  }

  @Test("a report of the seccomp filter also goes into the kernel's log with arrow.log=info")
  func log() {
    var machine = Machine()
    machine.commandLine += " arrow.log=info"
    machine.at(100, .arrives("audit", record(165)))
    #expect(expectBoot(machine).text(of: "/dev/kmsg").contains("the seccomp filter refused mount\n"))
  }

  @Test("a report of the seccomp filter is not told by a kernel without audit, and the task runs anyway")
  func noAudit() {
    var machine = Machine()
    machine.fail("openAudit", with: Errno(93))
    #expect(expectBoot(machine).calls("watch audit").isEmpty)
  }

  private var recording: Machine {
    var machine = Machine()
    machine.initrd["/arrow/overrides.json"] = .file(#"{"linux": {"seccomp": {"defaultAction": "SCMP_ACT_LOG"}}}"#)
    return machine
  }

  @Test(
    "the seccomp filter logs everything when the host asks for a record: each call is told once, the last ones too"
  )
  func recorded() throws {
    var machine = recording
    for call in [59, 0, 0, 1, 231, 59] { machine.at(500, .arrives("audit", record(call, code: "0x7ffc0000"))) }
    machine.at(1050, .arrives("audit", record(60, code: "0x7ffc0000")))
    let run = expectBoot(machine)
    #expect(
      run.events.dropFirst().dropLast()
        == ["execve", "read", "write", "exit_group", "exit"].map { #"{"event":"logged","syscall":"\#($0)"}"# })
    #expect(try #require(run.children.first).calls.contains("loadFilter 8 bytes"))
    #expect(!run.calls.contains { $0.contains("/.arrow/seccomp") })
  }

  @Test("a report of the seccomp filter is an error when the record has gaps")
  func gaps() {
    var machine = recording
    var reads = 0
    machine.failure = { call in
      guard call.text == "read audit" else { return nil }
      reads += 1
      return reads == 1 ? Errno(105) : nil
    }
    machine.at(500, .arrives("audit", record(0, code: "0x7ffc0000")))
    machine.at(1000, .exits(Machine.task, 0))
    let run = machine.boot()
    #expect(run.said.contains("fatal: the record of system calls has gaps: the kernel's audit overran"))
    machine.failure = { $0.text == "openAudit" ? Errno(93) : nil }
    expectFailure(machine, "fatal: cannot listen to the kernel's audit: EPROTONOSUPPORT Protocol not supported")
  }
}
