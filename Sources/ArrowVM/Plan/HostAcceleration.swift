import ArrowHost
import Glibc

/// The facts of this machine; what takes time to find out is remembered for as long as it is up.
struct HostAcceleration {
  private let host: Host
  private let hypervisor: any Hypervisor
  private let kernel: String

  /// `kernel`: of an Arrow image, for a trial.
  init(on host: Host, _ hypervisor: any Hypervisor, kernel: String) {
    self.host = host
    self.hypervisor = hypervisor
    self.kernel = kernel
  }

  /// The decision, and whether its reason is news to the user.
  func decide(_ choice: AccelerationChoice) throws -> (Acceleration, isNews: Bool) {
    guard choice == .auto else { return (try Acceleration.decide(choice, facts()), false) }
    let remembered = remembered()
    let decision = try Acceleration.decide(.auto, facts(remembered))
    if decision == remembered { return (decision, false) }
    remember(decision)
    return (decision, true)
  }

  /// With what was decided the last time, a trial that was made is not made again.
  func facts(_ remembered: Acceleration? = nil) -> AccelerationFacts {
    AccelerationFacts(processorFlags: Self.processorFlags(), deviceProblem: Self.deviceProblem()) {
      if remembered?.accelerator == .kvm { return nil }
      return remembered?.reason == Self.hangs ? Self.hangs : probe()
    }
  }

  private static func processorFlags() -> Set<Substring> {
    guard let bytes = contents(of: "/proc/cpuinfo") else { return [] }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard let flags = lines.first(where: { $0.hasPrefix("flags") }) else { return [] }
    return Set(flags.split(separator: " "))
  }

  private static func deviceProblem() -> String? {
    let descriptor = open("/dev/kvm", O_RDWR | O_CLOEXEC)
    guard descriptor < 0 else {
      close(descriptor)
      return nil
    }
    return "/dev/kvm: \(systemText(errno))" + (errno == EACCES ? " (is the user in the group kvm?)" : "")
  }

  private static let hangs = "a trial VM under KVM did not get through its boot"

  private func probe() -> String? {
    do {
      return try hypervisor.bootsUnderKVM(kernel) ? nil : Self.hangs
    } catch {
      return "\(hypervisor.name) is not installed"
    }
  }
}

// What was decided the last time, in `$XDG_CACHE_HOME/arrow/acceleration`: the boot it is true for, the accelerator, the
// reason.
extension HostAcceleration {
  private var path: String? {
    let folder = host.environment["XDG_CACHE_HOME"] ?? host.environment["HOME"].map { $0 + "/.cache" }
    return folder.map { $0 + "/arrow/acceleration" }
  }

  private static var boot: String {
    String(decoding: contents(of: "/proc/sys/kernel/random/boot_id") ?? [], as: UTF8.self).filter { $0 != "\n" }
  }

  private func remembered() -> Acceleration? {
    guard let text = path.flatMap({ contents(of: $0) }).map({ String(decoding: $0, as: UTF8.self) }) else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count == 3, lines[0] == Self.boot, let accelerator = MachinePlan.Accelerator(rawValue: lines[1]) else {
      return nil
    }
    return Acceleration(accelerator: accelerator, reason: lines[2].isEmpty ? nil : lines[2])
  }

  /// What can't be written only costs time.
  private func remember(_ decision: Acceleration) {
    guard let path else { return }
    let folder = Files.split(path).folder
    mkdir(Files.split(folder).folder, 0o700)
    mkdir(folder, 0o755)
    let text = [Self.boot, decision.accelerator.rawValue, decision.reason ?? ""].joined(separator: "\n")
    try? WholeFile.write(Array(text.utf8), to: path)
  }
}
