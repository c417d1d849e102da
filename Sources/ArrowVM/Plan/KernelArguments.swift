import ArrowHost
import ArrowSpec

/// The kernel command line of one shot.
struct KernelArguments {
  /// The addresses QEMU's user network always has: naming them saves the guest a DHCP exchange.
  static let userNetworkAddress = "10.0.2.15/24,10.0.2.2,10.0.2.3"

  var arrow: String
  var hasNetwork: Bool
  var isDebug: Bool
  /// The counter's frequency in kHz where the guest can't be left to find it.
  var tscKHz: Int64?
  /// The root hash of pieces that are mounted through dm-verity.
  var verityRootHash: String?

  /// Throws what arrow-init would only find out in the VM, or what the kernel would cut off without a word.
  func words() throws -> [String] {
    var words = [arrow.contains(" ") ? "arrow=\"\(arrow)\"" : "arrow=\(arrow)", "console=ttyS0"]
    // Calibration against an emulated timer hangs one boot in four (DESIGN.md 4).
    if let tscKHz { words.append("tsc_early_khz=\(tscKHz)") }
    if hasNetwork { words.append("arrow.ip=\(Self.userNetworkAddress)") }
    if let verityRootHash { words.append("arrow.verity=\(verityRootHash)") }
    if isDebug { words += ["loglevel=7", "arrow.log=debug"] }
    try check(words.joined(separator: " "))
    return words
  }

  private func check(_ line: String) throws {
    guard line.utf8.count <= KernelCommandLine.maximumSize else {
      throw HostError(
        "the kernel command line has \(line.utf8.count) bytes; the kernel takes \(KernelCommandLine.maximumSize)")
    }
    do {
      guard try KernelCommandLine(Array(line.utf8)).arrow == arrow else {
        throw HostError("the arrow's name \"\(arrow)\" can't be written on a kernel command line")
      }
    } catch let error as SpecError {
      throw HostError(error.message, hint: error.hint)
    }
  }
}
