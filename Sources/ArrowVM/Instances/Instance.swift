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
    /// Its VM runs, but in another PID namespace: in a container with the same state folder, say.
    case elsewhere
    case exited(Int32)
    /// There is no process, and nothing says how it ended.
    case lost

    public var text: String {
      switch self {
      case .starting: "starting"
      case .running: "running"
      case .ready: "ready"
      case .elsewhere: "running elsewhere"
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
  /// Why its record can't be read; `record` is made up then. `nil` where it can.
  public internal(set) var problem: String?
  /// The process of its VM, where the folder is gone.
  var stray: pid_t?

  /// Where the folder is gone, the VM's process still has the file open.
  public func path(_ file: String) -> String {
    let path = "\(folder)/\(file)"
    return stray.flatMap { hypervisor.openFile(path, of: $0) } ?? path
  }

  public var events: EventLog { EventLog(path: path(InstanceFile.events)) }

  public var state: State {
    // In this order, because the process is there before its launcher goes, and the `exited` event before the process
    // ends.
    let isBeingLaunched = isBeingLaunched
    let process = runningProcess
    let events = events
    if let exit = events.exit { return .exited(exit.code) }
    if process == 0 { return .elsewhere }
    if process != nil { return events.isReady ? .ready : events.isBooted ? .running : .starting }
    return isBeingLaunched ? .starting : .lost
  }

  /// The process that runs its VM, if it is up.
  public var processIdentifier: pid_t? { runningProcess.flatMap { $0 > 0 ? $0 : nil } }

  /// The same; 0 for a process of another PID namespace. Without a word of the end all processes are looked at, because
  /// the file that leads to the VM's may be gone.
  var runningProcess: pid_t? {
    if let stray { return hypervisor.strays().first { $0.process == stray }?.process }
    if let process = hypervisor.processIdentifier(in: folder) { return process }
    if events.exit != nil { return nil }
    let folder = realPath(folder)
    return hypervisor.strays().first { !$0.isFolderGone && $0.folder == folder }?.process
  }

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
  public var isOver: Bool { !isBeingLaunched && runningProcess == nil }

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
