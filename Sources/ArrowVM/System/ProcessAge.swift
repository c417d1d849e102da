import Glibc

/// Seconds since a process started, by a clock that nobody can set; `nil` when there is none.
func age(ofProcess pid: pid_t) -> Int? {
  guard let stat = contents(of: "/proc/\(pid)/stat") else { return nil }
  // The fields are counted from behind the program's name, which may hold spaces and parentheses.
  let fields = String(decoding: stat, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
  guard fields.count > 19, let ticks = UInt64(fields[19]) else { return nil }
  let started = ticks / UInt64(sysconf(Int32(_SC_CLK_TCK)))
  let present = now(CLOCK_BOOTTIME) / 1_000_000_000
  return Int(max(present, started) - started)
}
