import ArrowSpec

/// What arrow-init says beside its errors, into the kernel's log (so the two talks interleave, with one clock).
struct Log {
  private let level: KernelCommandLine.Log
  private let descriptor: Int32

  init(_ level: KernelCommandLine.Log, _ linux: some Linux) {
    self.level = level
    descriptor = level == .quiet ? -1 : (try? linux.open("/dev/kmsg", .write)) ?? -1
  }

  func info(_ text: @autoclosure () -> String, _ linux: some Linux) { write(.info, text, linux) }
  func debug(_ text: @autoclosure () -> String, _ linux: some Linux) { write(.debug, text, linux) }

  private func write(_ wanted: KernelCommandLine.Log, _ text: () -> String, _ linux: some Linux) {
    guard descriptor >= 0, wanted.rawValue <= level.rawValue else { return }
    _ = try? linux.write(Array("<6>arrow-init: \(text())\n".utf8)[...], to: descriptor)
  }
}
