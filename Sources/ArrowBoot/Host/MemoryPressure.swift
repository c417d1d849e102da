import ArrowSpec

/// Notices that the machine is nearly too small: the kernel drops pages of the program's files, and reads them again
/// and again. A task then only seems to hang, and nothing kills it.
///
/// It looks when PID 1 is awake anyhow, and wakes nobody.
struct MemoryPressure {
  /// When ``check(_:)`` looks next.
  private var time: UInt64
  private var last: (refaults: Int, time: UInt64)?
  private var isTold = false

  /// In ms.
  private static let pause: UInt64 = 10_000
  /// Pages that are read again in that time: 4 MiB. A healthy machine reads none; where nothing else is done, 6,000
  /// and more.
  private static let many = 1000

  init(_ linux: some Linux) { time = linux.now() + Self.pause }

  /// What to tell the host, once.
  mutating func check(_ linux: some Linux) -> GuestEvent? {
    guard !isTold, linux.now() >= time else { return nil }
    let now = linux.now()
    time = now + Self.pause
    guard let statistics = try? linux.contents(of: "/proc/vmstat", limit: 16384),
      let refaults = Self.number(behind: "workingset_refault_file", in: statistics)
    else { return nil }
    defer { last = (refaults, now) }
    guard let last, (refaults - last.refaults) * Int(Self.pause) >= Self.many * Int(now - last.time) else { return nil }
    // A program that reads files larger than the memory has pages read again, too. Then most of it is available.
    guard let memory = try? linux.contents(of: "/proc/meminfo"),
      let total = Self.number(behind: "MemTotal:", in: memory),
      let available = Self.number(behind: "MemAvailable:", in: memory), available < total / 8
    else { return nil }
    isTold = true
    return .memory(availableMiB: available >> 10, totalMiB: total >> 10)
  }

  /// The number of the line that begins with this name.
  private static func number(behind name: String, in text: [UInt8]) -> Int? {
    let name = Array(name.utf8)
    for line in text.split(separator: UInt8(ascii: "\n")) where line.starts(with: name) {
      let digits = line.dropFirst(name.count).drop { $0 == UInt8(ascii: " ") }
      return decimal(digits.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    }
    return nil
  }
}
