import Glibc

/// Seconds since a process started, by a clock that nobody can set; `nil` when there is none.
func age(ofProcess pid: pid_t) -> Int? {
  let fields = statusFields("/proc/\(pid)")
  guard fields.count > 19, let ticks = UInt64(fields[19]) else { return nil }
  let started = ticks / UInt64(sysconf(Int32(_SC_CLK_TCK)))
  let present = now(CLOCK_BOOTTIME) / 1_000_000_000
  return Int(max(present, started) - started)
}

/// Seconds that all its threads have spent on processors; `nil` when there is none.
func processorTime(ofProcess pid: pid_t) -> Double? {
  let fields = statusFields("/proc/\(pid)")
  guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return nil }
  return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
}

/// Whether one of its threads runs, waits for its turn, or for a disk.
func wantsProcessor(_ pid: pid_t) -> Bool {
  entries(of: "/proc/\(pid)/task").contains { thread in
    ["R", "D"].contains(statusFields("/proc/\(pid)/task/\(thread)").first)
  }
}

/// proc(5)'s fields from the third on: they are counted from behind the program's name, which may hold spaces and
/// parentheses.
private func statusFields(_ folder: String) -> [Substring] {
  guard let stat = contents(of: "\(folder)/stat") else { return [] }
  return String(decoding: stat, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
}
