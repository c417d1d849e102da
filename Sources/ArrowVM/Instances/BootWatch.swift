import ArrowHost
import ArrowSpec
import Glibc

/// Notices a boot in which nothing happens. Look once a second.
///
/// A VM that waits its turn on a busy host is slow and not stuck. So time counts only while the VM uses a processor, or
/// while none of its threads wants one.
struct BootWatch {
  /// The `stage` of the error.
  static let stage = "watchdog"

  enum Finding: Equatable {
    case goesOn, isOver
    case stuck(String)
  }

  /// States in which a VM's program says that the VM will not go on by itself.
  private static let finalStates: Set<String> = ["internal-error", "io-error", "guest-panicked"]
  /// Every so many looks the program is asked for the state.
  private static let looksForState = 5

  private let instance: Instance
  private let pid: pid_t
  private let patience: Double
  private var written: off_t = 0
  private var lastLook: Double
  private var lastTime = 0.0
  private var used = 0.0
  private var idle = 0.0
  private var looks = 0

  /// `nil` where there is nothing to watch: it is switched off.
  init?(_ instance: Instance, _ pid: pid_t) {
    guard instance.record.bootTimeout > 0 else { return nil }
    self.instance = instance
    self.pid = pid
    patience = Double(instance.record.bootTimeout)
    lastLook = Self.seconds
  }

  private static var seconds: Double { Double(now(CLOCK_MONOTONIC)) / 1e9 }

  mutating func look() -> Finding {
    let events = instance.events
    // Where nobody can read that the task runs, it may do so.
    if !events.isReadable || events.isBooted || events.exit != nil { return .isOver }
    guard let time = processorTime(ofProcess: pid) else { return .goesOn }
    let present = Self.seconds
    let size = instance.writtenBytes
    if size != written {
      written = size
      (used, idle) = (0, 0)
    } else {
      used += time - lastTime
      if time - lastTime < 0.1 * (present - lastLook), !wantsProcessor(pid) { idle += present - lastLook }
    }
    (lastLook, lastTime) = (present, time)
    looks += 1
    return finding()
  }

  private func finding() -> Finding {
    if looks % Self.looksForState == 1, let state = instance.hypervisor.state(in: instance.folder),
      Self.finalStates.contains(state)
    {
      return .stuck("its VM stopped before its task ran: \(instance.hypervisor.name) says \(state)")
    }
    guard max(used, idle) >= patience else { return .goesOn }
    let manner = used >= patience ? "of processor time" : "and used no processor"
    return .stuck("nothing happened in its VM for \(Int(patience)) s \(manner), before its task ran")
  }
}

extension Instance {
  /// The size of all that a VM writes while it boots.
  fileprivate var writtenBytes: off_t {
    [InstanceFile.events, InstanceFile.kernelLog, InstanceFile.stdout, InstanceFile.stderr].reduce(0) { sum, name in
      var status = stat()
      return sum + (stat(path(name), &status) == 0 ? status.st_size : 0)
    }
  }

  /// Records, before the VM is killed, that its boot was stuck. The end of the task is then this one.
  func recordStuckBoot(_ why: String) {
    guard events.exit == nil, let file = try? Files.open(path(InstanceFile.events), O_WRONLY | O_APPEND | O_NONBLOCK)
    else { return }
    defer { close(file) }
    let state = hypervisor.state(in: folder).map { $0 == "running" ? "" : ", \(hypervisor.name) says \($0)" } ?? ""
    let said = lastKernelLines.map { "; its kernel said last: \($0)" } ?? "; its kernel said nothing"
    let message = "\(why) (\(record.memoryMiB) MiB of memory\(state))\(said)"
    let lines = [
      GuestEvent.error(stage: BootWatch.stage, message: message),
      .exited(code: ExitCode.failure, signal: nil, reason: .failed),
    ].flatMap(\.line)
    // The newline ends a line that the guest had begun.
    try? Files.write([UInt8(ascii: "\n")] + lines, to: file, path: InstanceFile.events)
  }

  /// On one line, and printable.
  private var lastKernelLines: String? {
    guard let log = try? LogFile(path(InstanceFile.kernelLog)), let start = try? log.start(ofLastLines: 3),
      let bytes = log.bytes(from: start)
    else { return nil }
    var buffer = [UInt8](repeating: 0, count: 600)
    guard let count = try? log.read(bytes, into: &buffer), count > 0 else { return nil }
    let lines = buffer[..<count].split(separator: UInt8(ascii: "\n")).map { line in
      String(decoding: line.filter { (0x20..<0x7F).contains($0) }, as: UTF8.self)
    }
    return lines.filter { !$0.isEmpty }.joined(separator: " | ")
  }
}
