import ArrowHost
import ArrowSpec
import TestSupport
import Testing

@testable import ArrowVM

@Suite("Plans of shots")
struct PlanTests {
  private func words(
    _ arrow: String = "web", address: String? = nil, denial: String? = nil, isDebug: Bool = false,
    timeStampKHz: Int64? = nil,
    hash: String? = nil
  ) throws -> String {
    try KernelArguments(
      arrow: arrow, address: address, denial: denial, isDebug: isDebug, timeStampKHz: timeStampKHz, verityRootHash: hash
    ).words().joined(separator: " ")
  }

  @Test("the kernel command line has the arrow, and what else the plan needs")
  func kernelArguments() throws {
    #expect(try words() == "arrow=web console=ttyS0")
    let address = Qemu(on: .current()).userNetworkAddress
    #expect(try words(address: address) == "arrow=web console=ttyS0 arrow.ip=10.0.2.15/24,10.0.2.2,10.0.2.3")
    #expect(try words("a b") == "arrow=\"a b\" console=ttyS0")
    let hash = String(repeating: "0a", count: 32)
    #expect(
      try words(address: address, isDebug: true, timeStampKHz: 2_300_000, hash: hash)
        == "arrow=web arrow.verity=\(hash) console=ttyS0 tsc_early_khz=2300000"
        + " arrow.ip=10.0.2.15/24,10.0.2.2,10.0.2.3 loglevel=7 arrow.log=debug")
  }

  @Test("a kernel command line that the kernel would cut is refused, its own words counted")
  func longKernelArguments() throws {
    #expect(try Clone.text(of: "image/kernel/arrow.config").contains("CONFIG_CMDLINE=\"\(KernelArguments.builtIn)\""))
    #expect(KernelArguments.builtIn.utf8.count + 1 + KernelArguments.maximumSize == 2046)
    /// With name servers until the whole line has this size.
    func address(_ size: Int) -> String {
      let start = "10.0.2.15/24,10.0.2.2"
      var rest = size - "arrow=web console=ttyS0 arrow.ip=\(start)".utf8.count
      let servers = String(repeating: ",1.1.1.1", count: rest / 8 - 1)
      rest %= 8
      let octets = (0..<4).map { String(repeating: "1", count: 1 + max(0, min(2, rest - 2 * $0))) }
      return start + servers + "," + octets.joined(separator: ".")
    }
    let line = try words(address: address(KernelArguments.maximumSize))
    #expect(line.utf8.count == KernelArguments.maximumSize)
    let error = #expect(throws: HostError.self) { try words(address: address(KernelArguments.maximumSize + 1)) }
    #expect(error?.message == "the kernel command line has 1985 bytes; the kernel takes 1984")
  }

  @Test("what is denied stands on the kernel command line, unless the host's loopback may be reached")
  func denial() throws {
    let qemu = Qemu(on: .current())
    let line = try words(denial: qemu.userNetworkDenial)
    #expect(line == "arrow=web console=ttyS0 arrow.deny=10.0.2.0/24,255.255.255.255/32,fec0::/64;10.0.2.3")
    let denial = try #require(try KernelCommandLine(Array(line.utf8)).denial)
    #expect(qemu.userNetworkHost.count == 2 && qemu.userNetworkHost.allSatisfy(denial.denies))
    #expect(try KernelCommandLine(Array(words().utf8)).denial == nil)
  }

  @Test(
    "a name that the kernel command line would change is refused",
    arguments: ["a\"b", "ü", "", ".x", "a\nb", String(repeating: "n", count: 2048)])
  func unspeakableName(name: String) {
    #expect(throws: HostError.self) { try words(name) }
  }

  @Test("a shot that overrides nothing has no file of overrides")
  func noOverrides() throws {
    #expect(try Overrides().json() == nil)
  }

  @Test("overrides are written in the spec's grammar")
  func overrides() throws {
    var overrides = Overrides()
    overrides.arguments = ["python", "-c", "print(\"ü\")"]
    overrides.environment = ["A=1", "B=2", "A=3=4"]
    overrides.ports = [.init(port: 80, export: 8080, proto: .udp)]
    overrides.hostname = "box"
    overrides.hostAliases = [.init(ip: .init(bytes: [10, 0, 2, 2]), hostnames: ["db"])]
    overrides.terminal = true
    overrides.consoleSize = .init(height: 50, width: 132)
    let text = try #require(try overrides.json())
    #expect(
      text
        == #"{"process":{"cmd":"python","args":["python","-c","print(\"ü\")"],"env":["B=2","A=3=4"],"terminal":true,"#
        + #""consoleSize":{"height":50,"width":132}},"#
        + #""ports":[{"port":80,"export":8080,"proto":"udp"}],"hostname":"box","#
        + #""hostAliases":[{"ip":"10.0.2.2","hostnames":["db"]}]}"#)
    // As the guest reads it.
    var spec = try Spec(
      JSONDocument(Array(#"{"binary":{"name":"x","version":"1"},"process":{"cmd":"x"},"port":1}"#.utf8)))
    try spec.override(with: JSONDocument(Array(text.utf8)))
    #expect(spec.process.cmd == "python")
    #expect(spec.process.args == ["python", "-c", "print(\"ü\")"])
    #expect(spec.process.env == ["B=2", "A=3=4"])
    #expect(spec.ports == [.init(port: 80, export: 8080, proto: .udp)])
    #expect(spec.hostname == "box")
    #expect(spec.hostAliases == overrides.hostAliases)
    #expect(spec.process.terminal)
    #expect(spec.process.consoleSize == .init(height: 50, width: 132))
  }

  @Test(
    "what the guest would refuse is refused here",
    arguments: [
      { $0.environment = ["=x"] }, { $0.environment = ["NAME"] }, { $0.hostname = "-x" }, { $0.arguments = [""] },
      { $0.arguments = [String](repeating: "x", count: 1025) },
      { $0.arguments = ["x", String(repeating: "x", count: 1 << 18)] },
    ] as [@Sendable (inout Overrides) -> Void])
  func badOverrides(change: @Sendable (inout Overrides) -> Void) {
    var overrides = Overrides()
    change(&overrides)
    let error = #expect(throws: HostError.self) { try overrides.json() }
    #expect(error?.message.hasPrefix("what the command line overrides is not valid: ") == true)
  }

  @Test("a variable without a value gets the host's; one that the host lacks is left out")
  func environment() throws {
    var host = Host(environment: ["A": "1=2", "B": "no", "E": "\u{FFFD}"], folder: "/", executable: "/actrl")
    var request = ShotRequest(arrow: nil)
    request.environment = ["A", "B=x", "C", "D="]
    #expect(try request.environment(from: host) == ["A=1=2", "B=x", "D="])
    // Swift takes "=" and a combining mark for one character.
    request.environment = ["MARK=\u{301}x", "A"]
    #expect(try request.environment(from: host) == ["MARK=\u{301}x", "A=1=2"])
    // What is not UTF-8 is refused, not altered.
    host.notUTF8 = ["E"]
    request.environment = ["E"]
    #expect(throws: HostError.self) { try request.environment(from: host) }
  }

  @Test("the last value of a variable counts, whatever it begins with")
  func lastValue() throws {
    var overrides = Overrides()
    overrides.environment = ["A=1", "A=\u{301}", "B=\u{200D}2"]
    #expect(try overrides.json() == "{\"process\":{\"env\":[\"A=\u{301}\",\"B=\u{200D}2\"]}}")
  }

  @Test(
    "a file of variables is read by docker's rules",
    arguments: [
      ("A=1\nB=2", ["A=1", "B=2"]), ("\u{FEFF}FIRST=1\n", ["FIRST=1"]), ("A=1\r\nB=\r\n", ["A=1", "B="]),
      ("# comment\n\n \t# another\n  A= x \n", ["A= x "]), ("A=before\u{2028}after\n", ["A=before\u{2028}after"]),
      ("A=\u{0B}\u{0C}\u{85}b\n", ["A=\u{0B}\u{0C}\u{85}b"]), ("A=\u{301}\nNAME\n", ["A=\u{301}", "NAME"]),
      ("A=\"quoted\"\nB='x'", ["A=\"quoted\"", "B='x'"]), ("", []), ("A=1\u{FEFF}\n", ["A=1\u{FEFF}"]),
    ])
  func environmentFile(text: String, variables: [String]) throws {
    let scratch = Scratch("vm-test")
    try scratch.write(text, to: "variables")
    // As bytes: two strings that differ only in how they are composed are equal to Swift.
    #expect(
      try EnvironmentFile.variables(path: scratch.url("variables")).map { Array($0.utf8) }
        == variables.map { Array($0.utf8) })
  }

  @Test(
    "a line of a file of variables that docker would refuse is refused where it stands",
    arguments: [
      ("A=1\nexport B=1\n", "2:7: error: a variable's name has no blanks: \"export B\""),
      ("A B=1", "1:2: error: a variable's name has no blanks: \"A B\""),
      ("NAME\tX", "1:5: error: a variable's name has no blanks: \"NAME\\u0009X\""),
      ("\n =1", "2:2: error: there is no name before \"=\""), ("A=\0", "1:1: error: a variable can't have a NUL byte"),
    ])
  func badEnvironmentFile(text: String, message: String) throws {
    let scratch = Scratch("vm-test")
    try scratch.write(text, to: "variables")
    let error = #expect(throws: HostError.self) { try EnvironmentFile.variables(path: scratch.url("variables")) }
    let rendered = try #require(error).rendered(program: "actrl").replacing(scratch.url("variables"), with: "FILE")
    #expect(rendered.hasPrefix("FILE:\(message)"), "\(rendered)")
  }

  @Test("a file of variables with other bytes than UTF-8, or with too many, is refused and never cut")
  func foreignEnvironmentFile() throws {
    let scratch = Scratch("vm-test")
    try scratch.write(Array("A=1\nB=caf".utf8) + [0xE9, 0x0A], to: "variables")
    let error = #expect(throws: HostError.self) { try EnvironmentFile.variables(path: scratch.url("variables")) }
    #expect(try #require(error).rendered(program: "actrl").contains("variables:2:1: error: the line is not UTF-8"))
    let largest = "A=" + String(repeating: "x", count: (1 << 20) - 2)
    try scratch.write(largest, to: "variables")
    #expect(try EnvironmentFile.variables(path: scratch.url("variables")) == [largest])
    try scratch.write(largest + "x", to: "variables")
    #expect(throws: HostError.self) { try EnvironmentFile.variables(path: scratch.url("variables")) }
  }

  @Test("the archive of the overrides begins where the kernel looks for it")
  func segment() throws {
    for count in 0..<8 {
      let segment = try ArrowImageFolder.segment(of: "{}", behind: count)
      let start = segment.firstIndex { $0 != 0 } ?? 0
      #expect((count + start) % 4 == 0)
      #expect(segment[start...].starts(with: "070701".utf8))
    }
  }

  // Acceleration

  private func facts(
    flags: Set<Substring> = ["fpu", "vmx"], device: String? = nil, probe: String? = nil
  ) -> AccelerationFacts {
    AccelerationFacts(processorFlags: flags, deviceProblem: device) { probe }
  }

  @Test("KVM needs the flag, the device and a trial", arguments: [AccelerationChoice.auto, .kvm])
  func kvm(choice: AccelerationChoice) throws {
    #expect(try Acceleration.decide(choice, facts()) == .init(accelerator: .kvm))
    #expect(try Acceleration.decide(choice, facts(flags: ["svm"])) == .init(accelerator: .kvm))
  }

  @Test("without one of them TCG is used and the reason told, or KVM is refused where it was asked for")
  func tcg() throws {
    let problems: [(AccelerationFacts, String)] = [
      (facts(flags: ["fpu"]), "the processor shows neither vmx nor svm"),
      (facts(device: "/dev/kvm: Permission denied"), "/dev/kvm: Permission denied"),
      (facts(probe: "it hangs"), "it hangs"),
    ]
    for (facts, reason) in problems {
      #expect(try Acceleration.decide(.auto, facts) == .init(accelerator: .tcg, reason: reason))
      let error = #expect(throws: HostError.self) { try Acceleration.decide(.kvm, facts) }
      #expect(error?.message == "KVM can't be used: \(reason)")
    }
  }

  @Test("a trial is made only when flag and device are there, and never for TCG")
  func lazyProbe() throws {
    func probe() -> String? {
      Issue.record("a trial VM was started")
      return nil
    }
    _ = try Acceleration.decide(.auto, .init(processorFlags: [], deviceProblem: nil, probe: probe))
    _ = try Acceleration.decide(.auto, .init(processorFlags: ["vmx"], deviceProblem: "closed", probe: probe))
    _ = try Acceleration.decide(.tcg, .init(processorFlags: ["vmx"], deviceProblem: nil, probe: probe))
  }
}
