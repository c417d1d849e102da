import ArrowHost
import CHost
import Glibc

/// The facts of this machine, and what was found out once for as long as it is up.
public struct HostAcceleration {
  /// `$XDG_CACHE_HOME/arrow/accel-BOOT_ID`; `nil` where there is no home.
  private let cache: String?
  private let kernel: String
  private let path: String?

  public init(environment: [String: String], kernel: String) {
    self.kernel = kernel
    path = environment["PATH"]
    let folder = environment["XDG_CACHE_HOME"] ?? environment["HOME"].map { $0 + "/.cache" }
    let boot = contents(of: "/proc/sys/kernel/random/boot_id").map { String(decoding: $0.prefix(36), as: UTF8.self) }
    cache = folder.flatMap { folder in boot.map { "\(folder)/arrow/accel-\($0)" } }
  }

  /// The decision, and whether its reason is news to the user.
  public func decide(_ choice: AccelerationChoice) throws -> (Acceleration, isNews: Bool) {
    guard choice == .auto else { return (try Acceleration.decide(choice, facts()), false) }
    if let known = remembered() { return (known, false) }
    let decision = try Acceleration.decide(.auto, facts())
    remember(decision)
    return (decision, true)
  }

  public func facts() -> AccelerationFacts {
    AccelerationFacts(processorFlags: Self.processorFlags(), deviceProblem: Self.deviceProblem()) { probe() }
  }

  private func remembered() -> Acceleration? {
    guard let cache, let text = contents(of: cache).map({ String(decoding: $0, as: UTF8.self) }) else { return nil }
    let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    guard let accelerator = lines.first.flatMap({ MachinePlan.Accelerator(rawValue: String($0)) }) else { return nil }
    return Acceleration(accelerator: accelerator, reason: lines.count > 1 ? String(lines[1]) : nil)
  }

  /// A cache that can't be written only costs time.
  private func remember(_ decision: Acceleration) {
    guard let cache, let slash = cache.lastIndex(of: "/") else { return }
    mkdir(String(cache[..<slash]), 0o755)
    let text = decision.accelerator.rawValue + (decision.reason.map { "\n\($0)" } ?? "")
    try? WholeFile.write(Array(text.utf8), to: cache)
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

  /// A kernel without an initrd panics and so ends QEMU, within a fraction of a second; hung hosts never get there.
  private func probe() -> String? {
    guard let program = try? QemuProcess.program(path: path) else { return "QEMU is not installed" }
    let words = [
      program, "-M", "microvm,rtc=on", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-accel",
      "kvm",
      "-cpu", "host", "-m", "64M", "-kernel", kernel, "-append", "panic=-1",
    ]
    guard let end = try? ShortProcess.output(words, seconds: 5)?.status else {
      return "a trial VM could not be started"
    }
    return end == 0 ? nil : "a trial VM under KVM did not get through its boot"
  }
}
