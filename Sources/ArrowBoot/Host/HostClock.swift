/// The machine's own clock (rtc(4)), which stays right. The kernel's clock stands still while the host sleeps or the VM
/// is stopped, and is set by it.
struct HostClock {
  private let descriptor: Int32
  /// When ``check(_:)`` compares the clocks next.
  private(set) var time: UInt64

  /// In ms: an idle VM should not be woken often.
  private static let pause: UInt64 = 10_000
  /// In seconds. The RTC has no fractions, and the kernel, which reads it once at boot, is a second behind.
  private static let tolerance: Int64 = 3

  /// `nil` where the machine has no RTC.
  static func open(_ linux: some Linux) -> HostClock? {
    guard let descriptor = try? linux.open("/dev/rtc0", .read) else { return nil }
    return HostClock(descriptor: descriptor, time: linux.now() + pause)
  }

  /// Sets the kernel's clock where it is wrong, and returns by how many seconds it was. Time-outs are not affected:
  /// they go by CLOCK_MONOTONIC.
  mutating func check(_ linux: some Linux) -> Int? {
    guard linux.now() >= time else { return nil }
    time = linux.now() + Self.pause
    guard let right = try? linux.readRTC(descriptor) else { return nil }
    let jump = right - linux.wallClock()
    guard abs(jump) >= Self.tolerance, (try? linux.setWallClock(right)) != nil else { return nil }
    return Int(jump)
  }
}
