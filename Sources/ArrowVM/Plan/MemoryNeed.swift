import ArrowHost
import Glibc

/// What a VM must have to boot at all, and what the host can give it.
struct MemoryNeed {
  let cpus: Int
  /// Bytes of the files that are in memory when the kernel starts.
  let kernel: Int
  let initrd: Int

  /// Measured with microvm and q35, which need the same (docs/troubleshooting.md): with less, the kernel stops without
  /// a word, or the boot does not find room for its own parts. The initrd is there twice while it is unpacked.
  var leastMiB: Int { 17 + (kernel + 2 * initrd + (1 << 20) - 1) >> 20 + (cpus - 1) * 5 / 4 }

  func check(_ memoryMiB: Int, hostMiB: Int? = Self.hostMiB()) throws {
    guard memoryMiB >= leastMiB else {
      throw HostError(
        "\(memoryMiB)m of memory is too little: this image boots with \(cpus) \(cpus == 1 ? "processor" : "processors")"
          + " from \(leastMiB)m on", hint: "try -m \(leastMiB + MachinePlan.defaultMemoryMiB - 24)m")
    }
    if let hostMiB, memoryMiB > hostMiB {
      throw HostError(
        "\(memoryMiB)m of memory is more than this host has, which is \(hostMiB)m", hint: "give the VM less with -m")
    }
  }

  static func hostMiB() -> Int? {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    return pages > 0 && size > 0 ? (pages * size) >> 20 : nil
  }
}
