import ArrowHost
import Glibc

/// One shot: a folder, and the process of a VM that writes into it as long as it runs.
public struct Instance: Sendable {
  public enum State: Equatable {
    /// The VM boots.
    case starting
    /// The task runs.
    case running
    /// The task's port accepts.
    case ready
    case exited(Int32)
    /// There is no process, and nothing says how it ended.
    case lost

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
  /// What runs its VM.
  let hypervisor: any Hypervisor

  public func path(_ file: String) -> String { "\(folder)/\(file)" }

  public var events: EventLog { EventLog(path: path(InstanceFile.events)) }

  public var state: State {
    // In this order, because the process is there before its launcher goes, and the `exited` event before the process
    // ends.
    let isBeingLaunched = isBeingLaunched
    let isAlive = processIdentifier != nil
    let events = events
    if let exit = events.exit { return .exited(exit.code) }
    if isAlive { return events.isReady ? .ready : events.isBooted ? .running : .starting }
    return isBeingLaunched ? .starting : .lost
  }

  /// The process that runs its VM, if it is up.
  public var processIdentifier: pid_t? { hypervisor.processIdentifier(in: folder) }

  /// The same, to wait for its end and to kill it.
  var process: ProcessDescriptor? {
    guard let pid = processIdentifier, let process = try? ProcessDescriptor(pid, of: name) else { return nil }
    // Asked again: between the two the number could have become another process's.
    return processIdentifier == pid ? process : nil
  }

  /// The ports of the host that lead to it now.
  public var livePorts: [PortForward] { isOver ? [] : record.ports }

  /// Whether no process belongs to the folder any more. In this order: the other way round, the VM may start and its
  /// launcher end between the two questions.
  public var isOver: Bool { !isBeingLaunched && processIdentifier == nil }

  /// The actrl that launches the instance holds a lock on its folder.
  private var isBeingLaunched: Bool {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  /// Seconds since its VM started.
  public var uptime: Int? { processIdentifier.flatMap(age(ofProcess:)) }

  func writeRecord() throws {
    try WholeFile.write(Array(record.json.utf8), to: path(InstanceFile.record), mode: 0o600)
  }
}
