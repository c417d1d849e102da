import Testing

@testable import ArrowSpec

@Suite("Seccomp profiles as Docker and Podman write them")
struct SeccompProfileTests {
  private let sysAdmin: UInt64 = 1 << 21

  private func profile(_ text: String) throws -> SeccompProfile {
    try SeccompProfile(JSONDocument(Array(text.utf8)).root)
  }

  private func rule(_ members: String) throws -> SeccompRule {
    let rule = #"{"names": ["read"], "action": "SCMP_ACT_ALLOW", \#(members)}"#
    return try #require(try profile(#"{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [\#(rule)]}"#).rules.first)
  }

  @Test(
    "a rule counts where its machine, kernel and capabilities are",
    arguments: [
      (#""includes": {}"#, true, true), (#""includes": {"caps": ["CAP_SYS_ADMIN"]}"#, false, true),
      (#""excludes": {"caps": ["CAP_SYS_ADMIN"]}"#, true, false),
      (#""includes": {"caps": ["CAP_SYS_ADMIN", "CAP_BPF"]}"#, false, false),
      (#""excludes": {"caps": ["CAP_SYS_ADMIN", "CAP_BPF"]}"#, true, false),
      (#""includes": {"arches": ["amd64", "x32"]}"#, true, true), (#""includes": {"arches": ["arm64"]}"#, false, false),
      (#""excludes": {"arches": ["s390"]}"#, true, true), (#""excludes": {"arches": ["amd64"]}"#, false, false),
      (#""includes": {"minKernel": "4.8"}"#, true, true), (#""includes": {"minKernel": "6.12"}"#, true, true),
      (#""includes": {"minKernel": "6.13"}"#, false, false), (#""includes": {"minKernel": "7.0"}"#, false, false),
      (#""excludes": {"minKernel": "4.8"}"#, false, false), (#""excludes": {"minKernel": "6.13"}"#, true, true),
      (#""includes": {"caps": null, "arches": null, "minKernel": ""}, "excludes": null"#, true, true),
    ])
  func conditions(_ members: String, _ withoutCapability: Bool, _ withCapability: Bool) throws {
    let rule = try rule(members)
    #expect(rule.applies(bounding: 0) == withoutCapability)
    #expect(rule.applies(bounding: sysAdmin) == withCapability)
  }

  @Test("the architectures are the list, or Docker's map for x86-64")
  func architectures() throws {
    let action = #""defaultAction": "SCMP_ACT_ERRNO""#
    #expect(try profile("{\(action)}").architectures == [])
    #expect(try profile(#"{\#(action), "architectures": ["SCMP_ARCH_X86"]}"#).architectures == ["SCMP_ARCH_X86"])
    let arm = #"{"architecture": "SCMP_ARCH_ARM"}"#
    let x86 = #"{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]}"#
    let both = try profile(#"{\#(action), "architectures": [], "archMap": [\#(arm), \#(x86)]}"#)
    #expect(both.architectures == ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"])
    #expect(try profile(#"{\#(action), "archMap": [{"architecture": "SCMP_ARCH_ARM"}]}"#).architectures == [])
  }

  @Test("an error is a number, a name or both")
  func errors() throws {
    func action(_ members: String) throws -> SeccompAction? {
      let rule = #"{"names": [], "action": "SCMP_ACT_ERRNO"\#(members)}"#
      return try profile(#"{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [\#(rule)]}"#).rules.first?.action
    }
    #expect(try action("") == .errno(nil))
    #expect(try action(#", "errnoRet": 0"#) == .errno(0))
    #expect(try action(#", "errno": "ENOSYS""#) == .errno(38))
    #expect(try action(#", "errnoRet": 1, "errno": "EPERM""#) == .errno(1))
    #expect(try action(#", "errnoRet": null, "errno": """#) == .errno(nil))
    #expect(try profile(#"{"defaultAction": "SCMP_ACT_TRACE", "defaultErrno": "EPERM"}"#).defaultAction == .trace(1))
  }

  @Test("arguments keep their 64 bits, and a rule knows where its names stand")
  func rule() throws {
    let numbers = #""index": 5, "value": 18446744073709551615, "valueTwo": 9223372036854775808"#
    let condition = #"{\#(numbers), "op": "SCMP_CMP_MASKED_EQ"}"#
    let written = #"{"name": "ioctl", "action": "SCMP_ACT_ALLOW", "args": [\#(condition)]}"#
    let text = #"{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [\#(written)]}"#
    let rule = try #require(try profile(text).rules.first)
    #expect(rule.names.map { $0.text } == ["ioctl"])
    #expect(text.utf8.dropFirst(rule.names[0].offset).starts(with: "\"ioctl\"".utf8))
    let argument = try #require(rule.args.first)
    #expect(argument.index == 5 && argument.value == .max && argument.valueTwo == 1 << 63)
    #expect(argument.op == .maskedEqual)
  }
}
