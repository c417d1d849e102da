import ArrowHost
import ArrowSpec

/// The kernel command line of one shot.
struct KernelArguments {
  var arrow: String
  /// What `arrow.ip=` takes; `nil` without a network.
  var address: String?
  /// What `arrow.deny=` takes; `nil` where the task may reach everything.
  var denial: String?
  var isDebug: Bool
  /// The frequency of the time stamp counter, where the guest would have to measure it against an emulated timer.
  var timeStampKHz: Int64?
  /// The root hash of pieces that are mounted through dm-verity.
  var verityRootHash: String?

  /// Throws what arrow-init would find wrong in the VM, and a line that the kernel would cut off silently.
  func words() throws -> [String] {
    // What matters most comes first: whatever cuts the line, now or later, cuts its end.
    var words = [arrow.contains(" ") ? "arrow=\"\(arrow)\"" : "arrow=\(arrow)"]
    if let verityRootHash { words.append("arrow.verity=\(verityRootHash)") }
    words.append("console=\(HostArchitecture.serialConsole)")
    if let timeStampKHz { words.append(HostArchitecture.kernelArgument(timeStampKHz: timeStampKHz)) }
    if let address { words.append("arrow.ip=\(address)") }
    if let denial { words.append("arrow.deny=\(denial)") }
    if isDebug { words += ["loglevel=7", "arrow.log=debug"] }
    try check(words.joined(separator: " "))
    return words
  }

  /// What the kernel puts before every command line (CONFIG_CMDLINE in image/kernel/arrow.config).
  static let builtIn = "quiet rootfstype=ramfs noreplace-smp rcupdate.rcu_expedited=1"
  /// arrow-init refuses a line of all the bytes that the kernel keeps, because it may have been cut.
  static let maximumSize = KernelCommandLine.maximumSize - 1 - builtIn.utf8.count - 1

  private func check(_ line: String) throws {
    guard line.utf8.count <= Self.maximumSize else {
      throw HostError(
        "the kernel command line has \(line.utf8.count) bytes; the kernel takes \(Self.maximumSize)",
        hint: "use a shorter name or fewer addresses: the kernel would cut off the end without a word")
    }
    do {
      guard try KernelCommandLine(Array(line.utf8)).arrow == arrow else {
        throw HostError("the arrow's name \(quoted(arrow)) can't be written on a kernel command line")
      }
    } catch let error as SpecError {
      throw HostError(error.message, hint: error.hint)
    }
  }
}
