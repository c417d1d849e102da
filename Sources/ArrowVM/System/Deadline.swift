import Glibc

/// A moment on a clock that nobody can set.
struct Deadline: Comparable {
  private var nanoseconds: UInt64

  static func < (a: Deadline, b: Deadline) -> Bool { a.nanoseconds < b.nanoseconds }

  /// The longest wait, in seconds: some thirty years. It keeps the nanoseconds within their type.
  private static let longest = 1e9

  static func after(seconds: Double) -> Deadline {
    Deadline(nanoseconds: now(CLOCK_MONOTONIC) + UInt64(min(max(seconds, 0), longest) * 1e9))
  }

  /// What `poll(2)` takes: 0 when it has passed.
  var milliseconds: Int32 {
    let present = now(CLOCK_MONOTONIC)
    return present >= nanoseconds ? 0 : Int32(min((nanoseconds - present + 999_999) / 1_000_000, 1 << 30))
  }

  var hasPassed: Bool { milliseconds == 0 }
}

func now(_ clock: clockid_t) -> UInt64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
