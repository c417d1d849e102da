import ArrowHost
import TestSupport
import Testing

@testable import ArrowVM

/// Facts of actrl's machines that stand in Swift, and in scripts, configurations and documents as well.
@Suite("Facts of the machine that stand in several files")
struct MachineFactsTests {
  /// Of QEMU's `-M`.
  private func options(_ machine: MachinePlan.Machine) throws -> String {
    try #require(QemuMachine(machine).options.last)
  }

  /// The machine of a file for QEMU's `-readconfig`, as `-M` would have it, options sorted.
  private func machine(inConfiguration file: String) throws -> [String] {
    var words: [String] = []
    var isMachine = false
    for line in try Clone.text(of: file).split(separator: "\n") {
      if line.hasPrefix("[") { isMachine = line == "[machine]" }
      guard isMachine, let match = line.firstMatch(of: #/^  ([a-z-]+) = "([a-z0-9]+)"/#) else { continue }
      words.append(match.1 == "type" ? String(match.2) : "\(match.1)=\(match.2)")
    }
    return words.sorted()
  }

  @Test("qemu/*.cfg has the options of actrl's machine", arguments: MachinePlan.Machine.allCases)
  func configurations(machine: MachinePlan.Machine) throws {
    let expected = try options(machine).split(separator: ",").map(String.init).sorted()
    #expect(try self.machine(inConfiguration: "qemu/\(machine.rawValue).cfg") == expected)
  }

  @Test(
    "scripts that start QEMU themselves use actrl's microvm",
    arguments: ["image/kernel/test-boot", "image/kernel/measure", "bench/baseline.py"])
  func scripts(file: String) throws {
    let found = try Clone.text(of: file).matches(of: #/microvm,[a-z0-9=,-]+/#).map { String($0.output) }
    #expect(found == [try options(.microvm)])
  }

  @Test("image/kernel/measure counts on actrl's q35 as well")
  func q35() throws {
    #expect(try Clone.text(of: "image/kernel/measure").contains(" \(options(.q35));"))
  }

  @Test(
    "the default memory",
    arguments: ["qemu/boot-by-hand", "qemu/README.md", "image/kernel/test-boot", "image/kernel/measure"])
  func memory(file: String) throws {
    let sizes = Set(try Clone.text(of: file).matches(of: #/ -m ([0-9]+M)/#).map { String($0.1) })
    // Firmware needs more than an arrow.
    #expect(sizes.subtracting(["256M"]) == ["\(MachinePlan.defaultMemoryMiB)M"])
  }

  @Test("the documents say how much memory a VM has without -m")
  func documentedMemory() throws {
    let pages = try Files.names(in: Clone.path("docs")).map { String(decoding: $0, as: UTF8.self) }
    let lines = try pages.filter { $0.hasSuffix(".md") }.flatMap {
      try Clone.text(of: "docs/\($0)").split(separator: "\n")
    }
    // The least memory is another size: MemoryNeedTests.
    let sizes = lines.filter { $0.contains("`-m`") && !$0.contains("is too little") }
      .compactMap { $0.firstMatch(of: #/([0-9]+) MiB/#)?.1 }
    #expect(Set(sizes) == ["\(MachinePlan.defaultMemoryMiB)"])
  }

  @Test(
    "TCG's processor has no SMAP, wherever a VM is started",
    arguments: [
      "qemu/boot-by-hand", "qemu/README.md", "image/kernel/test-boot", "image/kernel/measure", "bench/baseline.py",
    ])
  func processor(file: String) throws {
    let tcg = try #require(QemuMachine.processor(.tcg).last)
    #expect(tcg == "max,-smap")
    let found = try Clone.text(of: file).matches(of: #/[" ](max(,[-a-z,]+)?)[" ]/#).map { String($0.1) }
    #expect(!found.isEmpty && found.allSatisfy { $0 == tcg || $0 == "\(tcg),-erms" })
    #expect(QemuMachine.processor(.kvm).last == "host")
  }

  @Test(
    "the words that leave out all devices that are not named",
    arguments: ["qemu/boot-by-hand", "image/kernel/test-boot", "image/kernel/measure"])
  func bare(file: String) throws {
    #expect(try Clone.text(of: file).contains(QemuMachine.bare.joined(separator: " ")))
  }
}
