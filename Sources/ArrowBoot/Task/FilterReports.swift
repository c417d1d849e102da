import ArrowSpec
import CLinux

/// What the task's seccomp filter did, from the kernel's audit records: which system calls it refused, and which it
/// logged.
struct FilterReports {
  private let socket: Int32
  /// The refused calls that the host was told in this minute, and when the minute began.
  private var told: [Int] = []
  private var minute: UInt64 = 0
  /// How many of them count towards ``namesInAMinute``, and how many refusals have not been named since.
  private var names = 0
  private var unnamed = 0
  /// The logged calls, a bit for each number: the host is told each of them once.
  private var logged = [UInt64](repeating: 0, count: 8)
  /// Whether there has been a record.
  private var heard = false
  /// Whether there may be more to read. PID 1 stops in between, so that a flood does not keep it from everything else.
  private(set) var hasMore = false
  /// Whether the kernel has dropped records.
  private(set) var isIncomplete = false

  /// However many refusals there are, the host gets at most this many events a minute: each call once. Escapes
  /// (``Architecture/escapes``) are named beyond that, too.
  private static let namesInAMinute = 64
  /// In ms.
  private static let lengthOfMinute: UInt64 = 60_000
  private static let recordsAtOnce = 256
  /// How long the last records may take, in ms: without any record before, and with one.
  private static let moment: Int32 = 5
  private static let patience: Int32 = 50

  init(_ socket: Int32) { self.socket = socket }

  mutating func read(_ linux: some Linux) -> [GuestEvent] {
    var events = endMinute(linux)
    hasMore = true
    for _ in 0..<Self.recordsAtOnce {
      do throws(Errno) {
        let message = try linux.read(socket, atMost: 2048)
        heard = true
        if let record = Record(message), let event = event(for: record, linux) { events.append(event) }
      } catch {
        if error == .noSpaceInBuffer {
          isIncomplete = true
          continue
        }
        hasMore = false
        break
      }
    }
    return events
  }

  /// The last records, when nothing can cause new ones. The kernel hands records over in a thread of its own, which
  /// runs while PID 1 sleeps. Where there have been records, more may be on their way.
  mutating func readRest(_ linux: some Linux) -> [GuestEvent] {
    var events = read(linux)
    let patience = heard ? Self.patience : Self.moment
    while hasMore || (try? linux.waitReadable(socket, timeout: patience)) == true { events += read(linux) }
    return events + takeUnnamed()
  }

  /// When the host is to hear of the refusals that were not named; `nil` where there are none.
  var time: UInt64? { unnamed > 0 ? minute + Self.lengthOfMinute : nil }

  /// Begins anew where the minute is over.
  mutating func endMinute(_ linux: some Linux) -> [GuestEvent] {
    guard !told.isEmpty, linux.now() - minute >= Self.lengthOfMinute else { return [] }
    told = []
    names = 0
    return takeUnnamed()
  }

  private mutating func takeUnnamed() -> [GuestEvent] {
    defer { unnamed = 0 }
    return unnamed > 0 ? [.moreRefused(count: unnamed)] : []
  }

  private mutating func event(for record: Record, _ linux: some Linux) -> GuestEvent? {
    if record.isLogged {
      let (word, bit) = (record.number / 64, UInt64(1) << UInt64(record.number % 64))
      guard logged.indices.contains(word), logged[word] & bit == 0 else { return nil }
      logged[word] |= bit
      return .logged(syscall: record.name)
    }
    if record.process == 1 {
      // The stage that loads that filter.
      return .error(stage: "GiveUpPrivileges", message: "PID 1's own seccomp filter refused \(record.name)")
    }
    if told.contains(record.number) { return nil }
    if !Architecture.escapes.contains(record.number) {
      if names == Self.namesInAMinute {
        unnamed += 1
        return nil
      }
      names += 1
    }
    if told.isEmpty { minute = linux.now() }
    told.append(record.number)
    return .seccomp(syscall: record.name)
  }

  /// `audit(1700000000.123:45): ... sig=0 arch=c000003e syscall=165 compat=0 ip=0x... code=0x50001` (AUDIT_SECCOMP).
  private struct Record {
    /// The process that made the call.
    var process: Int
    var number: Int
    var name: String
    /// SECCOMP_RET_LOG: the call was allowed.
    var isLogged: Bool

    private static let type: UInt16 = 1326

    init?(_ message: [UInt8]) {
      guard message.count > 16, UInt16(message[4]) | UInt16(message[5]) << 8 == Self.type else { return nil }
      let words = message[16...].split { $0 == UInt8(ascii: " ") || $0 == 0 }
      // The last one counts: the task chooses its own name, which comes before these.
      func value(_ key: StaticString) -> ArraySlice<UInt8>? {
        let key = UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
        return words.last { $0.starts(with: key) }.map { $0.dropFirst(key.count) }
      }
      guard let call = value("syscall="), let number = decimal(call), let architecture = value("arch="),
        let code = value("code=")
      else { return nil }
      process = words.first { $0.starts(with: Array("pid=".utf8)) }.flatMap { decimal($0.dropFirst(4)) } ?? 0
      self.number = number
      isLogged = code.starts(with: Array("0x7ffc".utf8))
      let known = String(cString: cl_system_call_name(Int32(truncatingIfNeeded: number)))
      let isOurs = architecture.elementsEqual(Architecture.auditText.utf8)
      name = isOurs && !known.utf8.isEmpty ? known : String(decoding: call, as: UTF8.self)
      if !isOurs { name += " of another architecture" }
    }
  }
}
