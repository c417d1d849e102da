import ArrowSpec

/// Whether the clock is still right: while the host sleeps, or the VM is stopped, it stands still, and the RTC does not.
struct HostClock {
  private let descriptor: Int32
  private(set) var time: UInt64 = .max

  /// In ms: a VM that is idle is not woken often for it.
  private static let pause: UInt64 = 10_000
  /// In seconds: the RTC knows no fractions, and the kernel, who takes the time from it when it begins, is a second behind.
  private static let tolerance: Int64 = 3

  /// -1 where there is no RTC.
  static func open(_ linux: some Linux) -> Int32 { (try? linux.open("/dev/rtc0", .read)) ?? -1 }

  init(_ descriptor: Int32, _ linux: some Linux) {
    self.descriptor = descriptor
    if descriptor >= 0 { time = linux.now() + Self.pause }
  }

  /// Sets the clock when it is wrong: by how many seconds. Time-outs don't notice: they go by CLOCK_MONOTONIC.
  mutating func check(_ linux: some Linux) -> Int? {
    guard descriptor >= 0, linux.now() >= time else { return nil }
    time = linux.now() + Self.pause
    guard let right = try? linux.readRTC(descriptor) else { return nil }
    let jump = right - linux.wallClock()
    guard abs(jump) >= Self.tolerance, (try? linux.setWallClock(right)) != nil else { return nil }
    return Int(jump)
  }
}
