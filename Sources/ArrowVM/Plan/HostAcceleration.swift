import ArrowHost
import Glibc

/// Whether this machine has KVM. What takes time to find out is remembered until the machine boots again.
struct HostAcceleration {
  private let host: Host
  private let hypervisor: any Hypervisor
  private let kernel: String

  /// `kernel`: an Arrow image's, for a trial.
  init(on host: Host, _ hypervisor: any Hypervisor, kernel: String) {
    self.host = host
    self.hypervisor = hypervisor
    self.kernel = kernel
  }

  /// The decision, and whether the user has not been told its reason yet.
  func decide(_ choice: AccelerationChoice) throws -> (Acceleration, isNews: Bool) {
    guard choice == .auto else { return (try Acceleration.decide(choice, facts()), false) }
    let remembered = remembered()
    let decision = try Acceleration.decide(.auto, facts(remembered))
    if decision == remembered { return (decision, false) }
    remember(decision)
    return (decision, true)
  }

  /// `remembered` is what was decided the last time; with it a trial is not made a second time.
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

// What was decided the last time is in `$XDG_CACHE_HOME/arrow/acceleration`: the boot that it is true for, the
// accelerator, the reason, a line each.
extension HostAcceleration {
  private var path: String? {
    let home = host.environment["HOME"].map { $0 + "/.cache" }
    // The XDG specification passes over what is empty or relative.
    return [host.environment["XDG_CACHE_HOME"], home].compactMap { $0 }.first { $0.hasPrefix("/") }
      .map { $0 + "/arrow/acceleration" }
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

  /// Where the file can't be written, the next actrl finds out anew.
  private func remember(_ decision: Acceleration) {
    guard let path else { return }
    let folder = Files.split(path).folder
    mkdir(Files.split(folder).folder, 0o700)
    mkdir(folder, 0o755)
    let text = [Self.boot, decision.accelerator.rawValue, decision.reason ?? ""].joined(separator: "\n")
    try? WholeFile.write(Array(text.utf8), to: path)
  }
}
