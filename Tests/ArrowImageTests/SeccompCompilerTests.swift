import ArrowSpec
import TestSupport
import Testing

@testable import ArrowImage

private let allow: UInt32 = 0x7FFF_0000
private let killProcess: UInt32 = 0x8000_0000
private func errno(_ code: UInt32) -> UInt32 { 0x0005_0000 | code }

@Suite("The seccomp compiler")
struct SeccompCompilerTests {
  private func profile(_ rules: String, defaultAction: String = "SCMP_ACT_ERRNO") -> String {
    #"{"defaultAction": "\#(defaultAction)", "syscalls": [\#(rules)]}"#
  }

  @Test("what is named is allowed, all else gets the default")
  func allowList() throws {
    let program = try FilterProgram(profile: profile(#"{"names": ["read", "close"], "action": "SCMP_ACT_ALLOW"}"#))
    for number: Int32 in 0...470 {
      #expect(program.action(on: .init(number: number)) == (number == 0 || number == 3 ? allow : errno(1)))
    }
  }

  @Test("an errno of its own reaches the caller, and so does the default one")
  func errnoReturn() throws {
    let program = try FilterProgram(
      profile: """
        {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 13,
         "syscalls": [{"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38}]}
        """)
    #expect(program.action(on: .init(number: 435)) == errno(38))
    #expect(program.action(on: .init(number: 0)) == errno(13))
  }

  @Test(
    "32-bit and x32 calls kill the process, whatever the profile allows",
    arguments: ["SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO"])
  func otherArchitectures(defaultAction: String) throws {
    let text = """
      {"defaultAction": "\(defaultAction)", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
       "syscalls": [{"names": ["read"], "action": "SCMP_ACT_LOG"}]}
      """
    let program = try FilterProgram(profile: text)
    #expect(program.action(on: .init(number: 3, architecture: 0x4000_0003)) == killProcess)
    #expect(program.action(on: .init(number: 0x4000_0000)) == killProcess)
  }

  @Test("a number that is no system call gets the default action, negative ones and those beyond the table too")
  func noSystemCall() throws {
    let program = try FilterProgram(profile: profile(#"{"names": ["read"], "action": "SCMP_ACT_ALLOW"}"#))
    for number: Int32 in [335, 423, 999, 0x3FFF_FFFF, -1, -2, -999, .min] {
      #expect(program.action(on: .init(number: number)) == errno(1), "\(number)")
    }
  }

  @Test("Python's profile: what it does not know is not there, what it refuses is not permitted")
  func pythonProfile() throws {
    let program = try FilterProgram(profile: Clone.text(of: "image/python/seccomp.json"))
    func action(_ name: String, _ arguments: [UInt64] = []) throws -> UInt32? {
      program.action(on: .init(number: try #require(SystemCalls.number(of: name)), arguments: arguments))
    }
    let notThere = errno(38)
    let refused = errno(1)
    for number: Int32 in [334 + 1, 999, 100_000, -1, -2, .min] {
      #expect(program.action(on: .init(number: number)) == notThere, "\(number)")
    }
    for name in ["openat2", "renameat2", "clone3", "cachestat", "mseal", "futex_waitv", "mbind", "shmget"] {
      #expect(try action(name) == notThere, "\(name)")
    }
    for name in [
      "mount", "umount2", "pivot_root", "chroot", "open_by_handle_at", "ptrace", "process_vm_writev", "bpf", "reboot",
      "init_module", "finit_module", "kexec_load", "unshare", "setns", "keyctl", "perf_event_open", "userfaultfd",
      "io_uring_setup", "clock_settime", "sethostname",
    ] {
      #expect(try action(name) == refused, "\(name)")
    }
    // CLONE_VM | CLONE_THREAD; each CLONE_NEW*, alone and beside other flags.
    #expect(try action("clone", [0x0001_0100]) == allow)
    for bit in [17, 25, 26, 27, 28, 29, 30] as [UInt64] {
      #expect(try action("clone", [1 << bit]) == refused && action("clone", [1 << bit | 0x100]) == refused)
    }
    for family in 0...50 as ClosedRange<UInt64> {
      let isAllowed = [1, 2, 10, 16].contains(family)
      #expect(try action("socket", [family, 1, 0]) == (isAllowed ? allow : refused), "\(family)")
      #expect(try action("socketpair", [family]) == (family == 1 ? allow : refused), "\(family)")
    }
    #expect(try action("socket", [16, 3, 9]) == refused)
  }

  @Test(
    "every comparison looks at all 64 bits",
    arguments: [
      ("SCMP_CMP_NE", [4, 6, 5 << 32], [5]), ("SCMP_CMP_LT", [4, 0], [5, 6, 1 << 32]),
      ("SCMP_CMP_LE", [4, 5], [6, 5 | 1 << 32]), ("SCMP_CMP_EQ", [5], [4, 6, 5 | 1 << 32]),
      ("SCMP_CMP_GE", [5, 6, 1 << 32], [4]), ("SCMP_CMP_GT", [6, 1 << 32], [5, 4]),
    ] as [(String, [UInt64], [UInt64])])
  func comparisons(op: String, matching: [UInt64], others: [UInt64]) throws {
    let program = try FilterProgram(
      profile: profile(
        #"{"names": ["ioctl"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 1, "value": 5, "op": "\#(op)"}]}"#))
    for value in matching { #expect(program.action(on: .init(number: 16, arguments: [0, value])) == allow) }
    for value in others { #expect(program.action(on: .init(number: 16, arguments: [0, value])) == errno(1)) }
  }

  @Test("a masked comparison takes the mask first, as OCI has it: clone without namespaces, from Docker's profile")
  func maskedComparison() throws {
    let program = try FilterProgram(
      profile: profile(
        """
        {"names": ["clone"], "action": "SCMP_ACT_ALLOW",
         "args": [{"index": 0, "value": 2114060288, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}]}
        """))
    // CLONE_VM | CLONE_THREAD, then CLONE_NEWUSER.
    #expect(program.action(on: .init(number: 56, arguments: [0x0001_0100])) == allow)
    #expect(program.action(on: .init(number: 56, arguments: [0x1000_0000])) == errno(1))
  }

  @Test("two conditions on one argument are alternatives, on two arguments both must hold")
  func severalConditions() throws {
    func condition(_ index: Int, _ value: Int) -> String {
      #"{"index": \#(index), "value": \#(value), "op": "SCMP_CMP_EQ"}"#
    }
    func program(_ conditions: String) throws -> FilterProgram {
      try FilterProgram(
        profile: profile(#"{"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [\#(conditions)]}"#))
    }
    let either = try program(condition(0, 1) + "," + condition(0, 2))
    #expect(either.action(on: .init(number: 41, arguments: [2])) == allow)
    #expect(either.action(on: .init(number: 41, arguments: [38])) == errno(1))
    let both = try program(condition(0, 1) + "," + condition(1, 2))
    #expect(both.action(on: .init(number: 41, arguments: [1, 2])) == allow)
    #expect(both.action(on: .init(number: 41, arguments: [1, 1])) == errno(1))
  }

  @Test("calls newer than libseccomp are known, those of other architectures are passed over")
  func namesOfAllAges() throws {
    let program = try FilterProgram(
      profile: profile(#"{"names": ["fchmodat2", "mseal", "_llseek", "mmap2"], "action": "SCMP_ACT_ALLOW"}"#))
    #expect(program.action(on: .init(number: 452)) == allow)
    #expect(program.action(on: .init(number: 462)) == allow)
    #expect(program.action(on: .init(number: 8)) == errno(1))
  }

  @Test("a rule that says what happens anyway is no error")
  func redundantRule() throws {
    let program = try FilterProgram(profile: profile(#"{"names": ["read"], "action": "SCMP_ACT_ERRNO"}"#))
    #expect(program.action(on: .init(number: 0)) == errno(1))
  }

  @Test("an unknown name is refused where it stands, with the one that was meant")
  func unknownName() throws {
    let text = profile(#"{"names": ["read", "opennat"], "action": "SCMP_ACT_ALLOW"}"#)
    let error = try #require(throws: SpecError.self) { try FilterProgram(profile: text) }
    #expect(error.message == #""opennat" is not a system call"#)
    #expect(error.hint == #"did you mean "openat"?"#)
    let offset = try #require(error.offset)
    #expect(text.utf8.dropFirst(offset).starts(with: #""opennat""#.utf8))
  }

  @Test("two actions for one call are refused where the second stands")
  func contradiction() throws {
    let text = profile(
      #"{"names": ["read"], "action": "SCMP_ACT_ALLOW"}, {"names": ["read"], "action": "SCMP_ACT_LOG"}"#)
    let error = try #require(throws: SpecError.self) { _ = try FilterProgram(profile: text) }
    #expect(error.message == "an earlier rule has another action for read")
    #expect(error.offset == text.utf8.count - #"{"names": ["read"], "action": "SCMP_ACT_LOG"}]}"#.utf8.count)
  }

  @Test("a profile for other machines only is refused")
  func foreignProfile() throws {
    let error = try #require(throws: SpecError.self) {
      try FilterProgram(profile: #"{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_AARCH64"]}"#)
    }
    #expect(error.message == "the seccomp profile is for SCMP_ARCH_AARCH64 only")
  }

  @Test("a profile of all 360 calls with arguments fits, and ten thousand conditions are refused")
  func size() throws {
    let names = SystemCalls.names.map { #""\#($0)""# }.joined(separator: ", ")
    let program = try FilterProgram(profile: profile(#"{"names": [\#(names)], "action": "SCMP_ACT_ALLOW"}"#))
    #expect(program.action(on: .init(number: 0)) == allow)
    func condition(_ index: Int, _ value: Int) -> String {
      #"{"index": \#(index), "value": \#(value), "op": "SCMP_CMP_EQ"}"#
    }
    let rules = (0..<1000).map {
      #"{"names": ["ioctl"], "action": "SCMP_ACT_ALLOW", "args": [\#(condition(1, $0 << 33)), \#(condition(2, $0))]}"#
    }
    let error = try #require(throws: SpecError.self) {
      _ = try FilterProgram(profile: profile(rules.joined(separator: ",")))
    }
    #expect(error.message == "the seccomp profile needs more than 4096 instructions")
  }
}
