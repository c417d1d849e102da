import ArrowHost
import ArrowSpec
import CHost
import Glibc

/// One shot: a folder, and the QEMU process that writes into it while it lives.
public struct Instance: Sendable {
  public enum State: Equatable {
    /// The VM boots.
    case starting
    /// The task runs.
    case running
    /// The task's port accepts.
    case ready
    case exited(Int32)
    /// No process, and no word of how it ended.
    case lost

    public var isLive: Bool { self == .starting || self == .running || self == .ready }

    public var text: String {
      switch self {
      case .starting: "starting"
      case .running: "running"
      case .ready: "ready"
      case .exited(let code): "exited (\(code))"
      case .lost: "lost"
      }
    }
  }

  public let name: String
  public let folder: String
  public internal(set) var record: InstanceRecord

  public func path(_ file: String) -> String { "\(folder)/\(file)" }

  public var events: EventLog { EventLog(path: path(InstanceFile.events)) }

  public var state: State {
    // In this order: the process is there before its launcher goes, the exit record before the process ends.
    let isBeingLaunched = isBeingLaunched
    let isAlive = processIdentifier != nil
    let events = events
    if let exit = events.exit { return .exited(exit.code) }
    if isAlive { return events.isReady ? .ready : events.isBooted ? .running : .starting }
    return isBeingLaunched ? .starting : .lost
  }

  /// QEMU holds a lock on its pid file for as long as it lives: no pid of the past is taken for one of today.
  public var processIdentifier: pid_t? {
    let descriptor = open(path(InstanceFile.pid), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var lock = Glibc.flock()
    lock.l_type = Int16(F_WRLCK)
    guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK), lock.l_pid > 0 else { return nil }
    return lock.l_pid
  }

  /// The ports of the host that lead to it now.
  public var livePorts: [String] { isOver ? [] : record.ports }

  /// Whether no process belongs to the folder any more. In this order: asked the other way round, QEMU may begin and its
  /// launcher go between the two.
  public var isOver: Bool { !isBeingLaunched && processIdentifier == nil }

  /// Whoever launches the instance holds a lock on its folder.
  private var isBeingLaunched: Bool {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  /// Seconds since QEMU started, by the clock that nobody can set.
  public var uptime: Int? {
    guard let pid = processIdentifier, let stat = contents(of: "/proc/\(pid)/stat") else { return nil }
    // Fields are counted from behind the program's name, which may hold anything.
    let fields = String(decoding: stat, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 19, let ticks = UInt64(fields[19]) else { return nil }
    let started = ticks * 1_000_000_000 / UInt64(sysconf(Int32(_SC_CLK_TCK)))
    return Int(max(now(CLOCK_BOOTTIME), started) - started) / 1_000_000_000
  }

  func writeRecord() throws {
    try WholeFile.write(Array(record.json.utf8), to: path(InstanceFile.record), mode: 0o600)
  }
}
