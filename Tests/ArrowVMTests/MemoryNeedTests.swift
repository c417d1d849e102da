import ArrowHost
import TestSupport
import Testing

@testable import ArrowVM

@Suite("The least memory of a VM")
struct MemoryNeedTests {
  private func need(cpus: Int) -> MemoryNeed { MemoryNeed(cpus: cpus, kernel: 6_016_676, initrd: 519_168) }

  @Test("it grows with the processors, the kernel and the initrd", arguments: [(1, 24), (8, 32), (16, 42), (64, 102)])
  func least(cpus: Int, mebibytes: Int) {
    #expect(need(cpus: cpus).leastMiB == mebibytes)
    #expect(MemoryNeed(cpus: cpus, kernel: 8_016_676, initrd: 1_519_168).leastMiB > mebibytes + 2)
  }

  @Test("less is refused with the size that works, and so is more than the host has")
  func refused() throws {
    try need(cpus: 1).check(24, hostMiB: 24)
    for (cpus, mebibytes, message) in [
      (1, 23, "23m of memory is too little: this image boots with 1 processor from 24m on\n  hint: try -m 64m"),
      (64, 64, "64m of memory is too little: this image boots with 64 processors from 102m on\n  hint: try -m 142m"),
      (1, 1025, "1025m of memory is more than this host has, which is 1024m\n  hint: give the VM less with -m"),
    ] {
      let error = #expect(throws: HostError.self) { try need(cpus: cpus).check(mebibytes, hostMiB: 1024) }
      #expect(error?.description == message)
    }
  }

  @Test("no more processors are asked for than the kernel is built for")
  func processors() throws {
    let config = try Clone.text(of: "image/kernel/arrow.config")
    let limit = try #require(config.firstMatch(of: #/CONFIG_NR_CPUS=([0-9]+)/#)).1
    #expect(Int(limit) == MachinePlan.possibleCPUs.upperBound)
  }
}
