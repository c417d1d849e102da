import ArrowSpec
import Testing

@testable import ArrowBoot

@Suite("PID 1 once the task runs")
struct GiveUpTests {
  private func calls(_ members: String, hasDHCP: Bool = false, hasRTC: Bool = false) -> [String] {
    var machine = Machine()
    machine.addToSpec(members)
    machine.hasRTC = hasRTC
    if !hasDHCP { machine.commandLine += " arrow.ip=10.0.2.15/24" }
    machine.disks.append(.init(name: "vdb", serial: "data", bytes: ext4(label: "")))
    machine.pieces["/data"] = .folder
    return expectBoot(machine).calls("setNoNewPrivileges", "keepBounding", "setCapabilities", "loadFilter", "fork")
  }

  @Test(
    "PID 1, once the task runs, keeps what it needs to open the console, to signal and to power off, and to unmount where there are mounts"
  )
  func kept() {
    let kept = "CAP_DAC_OVERRIDE,CAP_KILL,CAP_SYS_BOOT"
    #expect(
      calls("") == [
        "fork", "setNoNewPrivileges", "keepBounding \(kept)",
        "setCapabilities permitted \(kept) effective \(kept) inheritable none ambient none",
        "loadFilter \(SupervisorFilter.program.count) bytes",
      ])
    let mounts = #", "mounts": [{"destination": "/data", "type": "ext4", "source": "data"}]"#
    #expect(calls(mounts).contains("keepBounding CAP_DAC_OVERRIDE,CAP_KILL,CAP_SYS_ADMIN,CAP_SYS_BOOT"))
    // A lease may change, and the clock may have to be set.
    #expect(calls("", hasDHCP: true).contains("keepBounding CAP_DAC_OVERRIDE,CAP_KILL,CAP_NET_ADMIN,CAP_SYS_BOOT"))
    #expect(calls("", hasRTC: true).contains("keepBounding CAP_DAC_OVERRIDE,CAP_KILL,CAP_SYS_BOOT,CAP_SYS_TIME"))
  }

  @Test("PID 1, once the task runs, keeps everything when it may have to restart the task")
  func restarts() { #expect(calls(#", "restart": "on-failure""#) == ["fork"]) }

  @Test("PID 1, once the task runs, does not go on when it cannot give up its privileges")
  func failing() {
    var machine = Machine()
    machine.addToSpec("")
    machine.failure = { $0.text.hasPrefix("loadFilter") && !$0.isChild ? Errno(22) : nil }
    machine.at(1000, .exits(Machine.task, 0))
    let run = machine.boot()
    #expect(run.exit?.code == 125 && run.exit?.reason == .failed)
    #expect(run.said == "fatal: cannot give up what PID 1 no longer needs: EINVAL Invalid argument\n")
  }

  /// Runs the program as the kernel does (Documentation/networking/filter.rst); it has three kinds of instructions.
  private func verdict(_ call: UInt32, argument: UInt32 = 0, architecture: UInt32 = 0xC000_003E) -> UInt32? {
    let program = SupervisorFilter.program
    var counter = 0
    var accumulator: UInt32 = 0
    for _ in 0..<100 {
      guard counter * 8 + 8 <= program.count else { return nil }
      let bytes = Array(program[counter * 8..<counter * 8 + 8])
      let constant = (4..<8).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[$1]) }
      counter += 1
      switch bytes[0] {
      case 0x20: accumulator = [0: call, 4: architecture, 16: argument][constant] ?? 0
      case 0x15: counter += Int(accumulator == constant ? bytes[2] : bytes[3])
      case 0x06: return constant
      default: return nil
      }
    }
    return nil
  }

  @Test("PID 1, once the task runs, may make these system calls only; others fail and do not kill it")
  func filter() {
    let allow: UInt32 = 0x7FFF_0000
    let refuse: UInt32 = 0x0005_0001
    // read, write, wait4, kill, reboot, epoll_pwait.
    for call: UInt32 in [0, 1, 61, 62, 169, 281] { #expect(verdict(call) == allow) }
    // clone, fork, execve, ptrace, mount, init_module, socket, clone3.
    for call: UInt32 in [56, 57, 59, 101, 165, 175, 435, 500] { #expect(verdict(call) == refuse) }
    // bpf: only the command that looks at a map's keys.
    #expect(verdict(321, argument: 4) == allow)
    for command: UInt32 in [0, 1, 2, 5] { #expect(verdict(321, argument: command) == refuse) }
    #expect(verdict(0, architecture: 0x4000_0003) == refuse)
    #expect((0..<512).filter { verdict(UInt32($0)) == allow }.count < 40)
  }
}
