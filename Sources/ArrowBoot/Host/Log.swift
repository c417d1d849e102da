import ArrowSpec

/// What arrow-init says apart from errors. It goes into the kernel's log, so that both have one order and one clock.
struct Log {
  private let level: KernelCommandLine.Log
  /// `nil` where nothing is to be said, or where there is no kernel log.
  private let descriptor: Int32?

  init(_ level: KernelCommandLine.Log, _ linux: some Linux) {
    self.level = level
    descriptor = level == .quiet ? nil : try? linux.open("/dev/kmsg", .write)
  }

  func info(_ text: @autoclosure () -> String, _ linux: some Linux) { write(.info, text, linux) }
  func debug(_ text: @autoclosure () -> String, _ linux: some Linux) { write(.debug, text, linux) }

  private func write(_ wanted: KernelCommandLine.Log, _ text: () -> String, _ linux: some Linux) {
    guard let descriptor, wanted.rawValue <= level.rawValue else { return }
    _ = try? linux.write(Array("<6>arrow-init: \(text())\n".utf8)[...], to: descriptor)
  }
}
