import ArrowHost
import ArrowSpec
import Glibc
import TestSupport
import Testing

@testable import ArrowImage

private let allow: UInt32 = 0x7FFF_0000
private func errno(_ code: UInt32) -> UInt32 { 0x0005_0000 | code }
private let sysAdmin: UInt64 = 1 << 21

/// Numbers of x86-64.
private enum Call {
  static let read: Int32 = 0
  static let ioctl: Int32 = 16
  static let socket: Int32 = 41
  static let clone: Int32 = 56
  static let ptrace: Int32 = 101
  static let mount: Int32 = 165
  static let keyctl: Int32 = 250
  static let openByHandle: Int32 = 304
  static let setns: Int32 = 308
  static let bpf: Int32 = 321
  static let clone3: Int32 = 435
}

@Suite("Profiles of Docker's and Podman's make")
struct ForeignProfileTests {
  /// The filter of a spec in ArrowSpec's corpus.
  private func program(of sample: String, bounding: UInt64 = 0) throws -> FilterProgram {
    let text = try Files.contents(of: Clone.path("Tests/ArrowSpecTests/corpus/good/\(sample).json"))
    let profile = try #require(try SeccompProfile(in: JSONDocument(text)))
    return FilterProgram(try SeccompCompiler.compile(profile, bounding: bounding))
  }

  @Test("in Docker's form rules for other machines are left out, and those for capabilities follow the bounding set")
  func docker() throws {
    let program = try program(of: "seccomp-docker")
    #expect(program.action(on: .init(number: Call.read)) == allow)
    #expect(program.action(on: .init(number: Call.ptrace)) == allow)
    #expect(program.action(on: .init(number: Call.mount)) == errno(1))
    #expect(program.action(on: .init(number: Call.socket, arguments: [2])) == allow)
    #expect(program.action(on: .init(number: Call.socket, arguments: [40])) == errno(1))
    #expect(program.action(on: .init(number: Call.clone, arguments: [0x0001_0100])) == allow)
    #expect(program.action(on: .init(number: Call.clone, arguments: [0x1000_0000])) == errno(1))
    #expect(program.action(on: .init(number: Call.clone3)) == errno(38))
    #expect(program.action(on: .init(number: Call.openByHandle)) == errno(1))
  }

  @Test("Docker's form allows a task with capabilities more")
  func dockerWithCapabilities() throws {
    let program = try program(of: "seccomp-docker", bounding: sysAdmin | 1 << 2)
    #expect(program.action(on: .init(number: Call.openByHandle)) == allow)
    #expect(program.action(on: .init(number: Call.clone3)) == errno(1))
    #expect(program.action(on: .init(number: Call.clone, arguments: [0x0001_0100])) == errno(1))
  }

  @Test("Podman's form has names of errors, and a call that is allowed first")
  func podman() throws {
    let program = try program(of: "seccomp-podman")
    #expect(program.action(on: .init(number: Call.read)) == allow)
    #expect(program.action(on: .init(number: Call.setns)) == allow)
    #expect(program.action(on: .init(number: Call.socket, arguments: [16, 3, 9])) == errno(22))
    #expect(program.action(on: .init(number: Call.socket, arguments: [16, 3, 0])) == errno(38))
    #expect(program.action(on: .init(number: Call.keyctl)) == errno(38))
  }

  @Test("the form of 2016 has one name in a rule")
  func old() throws {
    let program = try program(of: "seccomp-old-docker")
    #expect(program.action(on: .init(number: 43)) == allow)
    #expect(program.action(on: .init(number: 90)) == 0)
    #expect(program.action(on: .init(number: Call.read)) == errno(1))
  }

  @Test("every action is the kernel's")
  func actions() throws {
    let program = try program(of: "seccomp-actions")
    let expected: [(number: Int32, action: UInt32)] = [
      (165, 0), (166, 0x8000_0000), (169, 0), (101, 0x7FFC_0000), (321, 0x0003_0000), (312, 0x7FF0_0007),
      (250, errno(128)), (0, allow),
    ]
    for (number, action) in expected { #expect(program.action(on: .init(number: number)) == action) }
  }

  @Test("an unknown name in a rule that does not count here is refused all the same, but not one for other machines")
  func unknownNames() throws {
    func profile(_ condition: String) -> String {
      """
      {"defaultAction": "SCMP_ACT_ERRNO",
       "syscalls": [{"names": ["opennat"], "action": "SCMP_ACT_ALLOW", "includes": {\(condition)}}]}
      """
    }
    #expect(throws: SpecError.self) { try FilterProgram(profile: profile(#""caps": ["CAP_SYS_ADMIN"]"#)) }
    #expect(throws: SpecError.self) { try FilterProgram(profile: profile(#""minKernel": "9.9""#)) }
    _ = try FilterProgram(profile: profile(#""arches": ["riscv64"]"#))
  }
}

/// The very files, where `Tests/fetch-profiles` has put them.
@Suite("Docker's and Podman's own default profiles")
struct DefaultProfileTests {
  private static let folder = Clone.path(".build/profiles")
  private static let areThere = access("\(folder)/docker.json", R_OK) == 0 && access("\(folder)/podman.json", R_OK) == 0

  private func program(_ name: String, bounding: UInt64 = 0) throws -> FilterProgram {
    let document = try JSONDocument(try Files.contents(of: "\(Self.folder)/\(name).json"))
    return FilterProgram(try SeccompCompiler.compile(SeccompProfile(document.root), bounding: bounding))
  }

  @Test("Docker's profile allows and refuses what Docker does", .enabled(if: areThere, "run Tests/fetch-profiles"))
  func docker() throws {
    let program = try program("docker")
    for number in [Call.read, Call.ioctl, Call.ptrace] { #expect(program.action(on: .init(number: number)) == allow) }
    for number in [Call.mount, Call.keyctl, Call.setns, Call.openByHandle] {
      #expect(program.action(on: .init(number: number)) == errno(1))
    }
    #expect(program.action(on: .init(number: Call.clone, arguments: [0x0001_0100])) == allow)
    #expect(program.action(on: .init(number: Call.clone, arguments: [0x1000_0000])) == errno(1))
    #expect(program.action(on: .init(number: Call.clone3)) == errno(38))
    let privileged = try self.program("docker", bounding: sysAdmin)
    #expect(privileged.action(on: .init(number: Call.mount)) == allow)
    #expect(privileged.action(on: .init(number: Call.openByHandle)) == errno(1))
  }

  @Test("Podman's profile allows and refuses what Podman does", .enabled(if: areThere, "run Tests/fetch-profiles"))
  func podman() throws {
    let program = try program("podman")
    for number in [Call.read, Call.ioctl, Call.keyctl] { #expect(program.action(on: .init(number: number)) == allow) }
    #expect(program.action(on: .init(number: Call.bpf)) == errno(1))
    #expect(program.action(on: .init(number: Call.openByHandle)) == errno(1))
    // userfaultfd is refused by name; what no rule names is not there.
    #expect(program.action(on: .init(number: 323)) == errno(1))
    #expect(program.action(on: .init(number: 511)) == errno(38))
    #expect(program.action(on: .init(number: Call.socket, arguments: [16, 3, 9])) == errno(22))
  }

  @Test("Docker's profile of 2016 is still read", .enabled(if: areThere, "run Tests/fetch-profiles"))
  func oldDocker() throws {
    let program = try program("docker-2016")
    #expect(program.action(on: .init(number: Call.read)) == allow)
    #expect(program.action(on: .init(number: Call.mount)) == errno(1))
  }
}
