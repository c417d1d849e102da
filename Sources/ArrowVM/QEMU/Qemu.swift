import ArrowHost
import ArrowSpec
import Glibc

/// VMs that QEMU runs.
struct Qemu: Hypervisor {
  private let host: Host

  init(on host: Host) { self.host = host }

  var name: String { "QEMU" }
  var logFile: String { QemuFile.log }
  /// libslirp's, always the same.
  var userNetworkAddress: String { "10.0.2.15/24,10.0.2.2,10.0.2.3" }
  /// libslirp takes every address of its own networks for the host's loopback, and broadcasts too. The name server's is
  /// the host's resolver, on any port. (Newer versions take less.)
  var userNetworkDenial: String { "10.0.2.0/24,255.255.255.255/32,fec0::/64;10.0.2.3" }
  var userNetworkHost: [IPAddress] { ["10.0.2.2", "fec0::2"].compactMap { IPAddress($0.utf8) } }

  /// As `PATH` says; QEMU starts in another folder than ours.
  func program() throws -> String {
    let program = HostArchitecture.qemuProgram
    for folder in (host.environment["PATH"] ?? "/usr/bin:/bin").fields(separatedBy: ":") where !folder.isEmpty {
      let path = "\(folder)/\(program)"
      let candidate = path.hasPrefix("/") ? path : "\(host.folder)/\(path)"
      if access(candidate, X_OK) == 0 { return candidate }
    }
    throw HostError("\(program) is not installed", hint: "apt-get install \(HostArchitecture.qemuPackage)")
  }

  func version() throws -> String? {
    guard let answer = try ShortProcess.output([program(), "--version"], seconds: 10), answer.status == 0 else {
      return nil
    }
    return String(answer.text.split(separator: "\n").first ?? "QEMU")
  }

  /// A kernel without an initrd panics and so ends QEMU, within a fraction of a second; a VM that hangs does not get
  /// there.
  func bootsUnderKVM(_ kernel: String) throws -> Bool {
    let words =
      [try program()] + QemuMachine(.microvm).options + QemuMachine.bare + QemuMachine.processor(.kvm)
      + ["-m", "\(MachinePlan.defaultMemoryMiB)M", "-kernel", kernel, "-append", "panic=-1"]
    return (try? ShortProcess.output(words, seconds: 5))?.status == 0
  }

  func arguments(for plan: MachinePlan) -> [[String]] { QemuCommandLine(plan).groups }

  func start(
    _ command: [String], of plan: MachinePlan, in folder: OpenFolder, _ signals: SignalDescriptor, diesWithCaller: Bool
  ) throws -> StartedMachine {
    let child = try QemuLaunch.start(command, in: folder, diesWithCaller: diesWithCaller)
    return try QemuLaunch.waitUntilItRuns(child, in: folder, listener: plan.listener, signals)
  }

  func processIdentifier(in folder: String) -> pid_t? { QemuFile.lockHolder(of: "\(folder)/\(QemuFile.pid)") }

  func state(in folder: String) -> String? { QemuState.query(in: folder) }

  func strays() -> [StrayMachine] {
    QemuFile.processes().map { process in
      let isGone = process.folder.hasSuffix(QemuFile.gone)
      return StrayMachine(
        process: process.pid, folder: isGone ? String(process.folder.dropLast(QemuFile.gone.count)) : process.folder,
        isFolderGone: isGone)
    }
  }

  func openFile(_ path: String, of process: pid_t) -> String? { QemuFile.openFile(of: process, named: path) }

  func quit(in folder: String) -> Bool { QemuQuit.ask(in: folder) }

  func missedPort(in folder: String) -> Bool { QemuLog(in: folder).missedPort }

  func account(ofEnd status: Int32, in folder: String) -> String? {
    // As ForkedProcess has it: 128 and the signal.
    if status > 128 { return "QEMU was killed by signal \(status - 128)" }
    let log = QemuLog(in: folder)
    if let disk = log.lockedDisk { return "another program uses the volume \(disk)" }
    return log.lastMessage.map { "QEMU says: \($0)" }
  }
}
