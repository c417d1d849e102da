import ArrowSpec

/// What PID 1 waits for while the task runs: signals, the host's commands, the ports, the task's own word, a deadline.
struct Watch {
  private let arrow: PreparedArrow
  private let poll: Int32
  private var commands = ChannelLines()
  private var notices: TaskNotices
  private var reports: FilterReports
  private var network: LiveNetwork?
  private var clock: HostClock
  private var isReady = false
  /// Whether a stop was asked for; there is no way back.
  private(set) var isStopping = false
  /// When what still runs is killed, by ``Linux/now()``.
  private var deadline: UInt64?
  private var isKilled = false
  /// Whether the pieces are not what they were when the image was made.
  private var isAltered = false
  private var task: Int32 = 0
  /// How the task ended, while what it left behind still runs.
  private var end: TaskEnd?
  private var outOfMemoryKills = 0

  /// How long SIGKILL may take, in ms: a process in the middle of a dead device's I/O never ends.
  private static let lastPatience: UInt64 = 5000

  init(_ arrow: PreparedArrow, _ linux: some Linux) throws(Errno) {
    self.arrow = arrow
    notices = TaskNotices(arrow.notices)
    reports = FilterReports(arrow.audit)
    network = arrow.network
    clock = HostClock(arrow.clock, linux)
    poll = try linux.openPoll()
    try linux.watch(arrow.signals, on: poll)
    try linux.watch(arrow.notices, on: poll)
    for descriptor in network?.descriptors ?? [] { try linux.watch(descriptor, on: poll) }
    if arrow.audit >= 0 { try linux.watch(arrow.audit, on: poll) }
    if arrow.channels.control >= 0 { try linux.watch(arrow.channels.control, on: poll) }
    if let readiness = arrow.readiness { try linux.watch(readiness.descriptor, on: poll) }
    if let integrity = arrow.integrity { try linux.watch(integrity.descriptor, on: poll) }
  }

  /// Waits until the task and everything it has started are gone.
  mutating func untilAllEnd(_ pid: Int32, _ linux: some Linux) throws(Errno) -> TaskEnd {
    task = pid
    end = nil
    deadline = nil
    isKilled = false
    // A child may have ended before anybody watched: reap first, block then.
    while try !reapAll(linux) {
      if isKilled, deadline == nil { break }
      try waitOnce(linux)
    }
    tellRestOfReports(linux)
    // The task may have ended of what it could not read, before anybody was told why.
    checkIntegrity(linux)
    if isAltered { return TaskEnd(code: ExitCode.failure, reason: .failed) }
    return end ?? TaskEnd(code: ExitCode.signaled(Signal.kill), signal: Signal.kill, reason: .stopped)
  }

  /// Waits, or until a stop is asked for.
  mutating func pause(for time: UInt64, _ linux: some Linux) throws(Errno) {
    task = 0
    deadline = linux.now() + time
    while !isStopping, let end = deadline, linux.now() < end { try waitOnce(linux) }
  }

  private mutating func waitOnce(_ linux: some Linux) throws(Errno) {
    for descriptor in try linux.wait(poll, timeout: timeout(linux)) {
      if descriptor == arrow.signals {
        while let signal = try linux.readSignal(descriptor) { handle(signal, linux) }
      } else if descriptor == arrow.channels.control {
        readCommands(linux)
      } else if descriptor == arrow.notices {
        notices.read(linux)
      } else if network?.descriptors.contains(descriptor) == true {
        tendNetwork(linux)
      } else if descriptor == arrow.audit {
        passOn(reports.read(linux), linux)
      } else if descriptor == arrow.integrity?.descriptor {
        checkIntegrity(linux)
      } else {
        checkReadiness(linux)
      }
    }
    passOnNotices(linux)
    if reports.hasMore { passOn(reports.read(linux), linux) }
    if let network, linux.now() >= network.time { tendNetwork(linux) }
    if let jump = clock.check(linux) {
      PowerOff.tell(.clock(seconds: jump), arrow.channels, linux)
      network?.hurry(linux)
    }
    if task > 0, let time = deadline, linux.now() >= time { endOfPatience(linux) }
  }

  private mutating func endOfPatience(_ linux: some Linux) {
    deadline = isKilled ? nil : linux.now() + Self.lastPatience
    isKilled = true
    _ = try? linux.send(Signal.kill, to: -1)
  }

  private func timeout(_ linux: some Linux) -> Int32 {
    if reports.hasMore { return 0 }
    let next = min(deadline ?? .max, notices.time ?? .max, network?.time ?? .max, clock.time)
    guard next < .max else { return -1 }
    let now = linux.now()
    return next > now ? Int32(min(next - now, UInt64(Int32.max))) : 0
  }

  /// Reaps every child that has ended, orphans too. True when none is left.
  private mutating func reapAll(_ linux: some Linux) throws(Errno) -> Bool {
    do {
      while let (pid, status) = try linux.reap() {
        guard pid == task else { continue }
        // Its last words come before its end.
        notices.read(linux)
        passOnNotices(linux, isEnd: true)
        end = verdict(status, linux)
        // What the task leaves behind is asked to end as well, and killed when it does not.
        _ = try? linux.send(Signal.terminate, to: -1)
        startCountdown(linux)
      }
      return false
    } catch {
      if error == .noChild { return true }
      throw error
    }
  }

  private mutating func handle(_ signal: Int32, _ linux: some Linux) {
    switch signal {
    case Signal.child: break
    case Signal.terminate, Signal.interrupt, Signal.power, Signal.systemdPowerOff: stop(linux)
    case Signal.hangUp, Signal.quit, Signal.user1, Signal.user2: forward(signal, linux)
    default: break
    }
  }

  private mutating func stop(_ linux: some Linux) {
    if isStopping { return }
    isStopping = true
    guard task > 0, end == nil else { return }
    forward(arrow.task.spec.stop.signal, linux)
    startCountdown(linux)
  }

  private mutating func startCountdown(_ linux: some Linux) {
    if !isKilled { deadline = linux.now() + UInt64(arrow.task.spec.stop.timeout) * 1000 }
  }

  private func forward(_ signal: Int32, _ linux: some Linux) {
    if task > 0, end == nil { _ = try? linux.send(signal, to: task) }
  }

  /// Commands are lines; what is not one is the host's mistake, and is passed over.
  private mutating func readCommands(_ linux: some Linux) {
    while let bytes = try? linux.read(arrow.channels.control, atMost: ControlCommand.maximumLength), !bytes.isEmpty {
      for byte in bytes {
        guard let line = commands.add(byte) else { continue }
        switch ControlCommand(line: line) {
        case .stop: stop(linux)
        case .signal(let number): forward(number, linux)
        case .window(let rows, let columns):
          if arrow.task.spec.process.terminal { Console.setWindow(rows: rows, columns: columns, linux) }
        case nil: arrow.log.info("a line on the control channel that is no command", linux)
        }
      }
    }
  }

  private mutating func checkReadiness(_ linux: some Linux) {
    guard let readiness = arrow.readiness, (try? linux.isEmpty(map: readiness.waiting)) == true else { return }
    becomeReady(linux)
  }

  private mutating func becomeReady(_ linux: some Linux) {
    if isReady { return }
    isReady = true
    PowerOff.tell(.ready, arrow.channels, linux)
  }

  private mutating func passOnNotices(_ linux: some Linux, isEnd: Bool = false) {
    if notices.hasMore { notices.read(linux) }
    if let text = notices.takeStatus(linux, isEnd: isEnd) { PowerOff.tell(.status(text: text), arrow.channels, linux) }
    if notices.saidReady { becomeReady(linux) }
  }

  private func passOn(_ events: [GuestEvent], _ linux: some Linux) {
    for event in events {
      PowerOff.tell(event, arrow.channels, linux)
      if case .seccomp(let name) = event { arrow.log.info("the seccomp filter refused \(name)", linux) }
    }
  }

  /// A network that comes late or goes is no reason to end: it is told.
  private mutating func tendNetwork(_ linux: some Linux) {
    guard let problem = network?.tend(linux) else { return }
    arrow.log.info(problem.message, linux)
    PowerOff.tell(.error(stage: problem.stage, message: problem.message), arrow.channels, linux)
  }

  private mutating func tellRestOfReports(_ linux: some Linux) {
    passOn(reports.readRest(linux), linux)
    guard arrow.task.spec.recordsSystemCalls, reports.isIncomplete else { return }
    PowerOff.tell(BootError("the record of system calls has gaps: the kernel's audit overran"), arrow.channels, linux)
  }

  /// A task whose program has been altered goes no further.
  private mutating func checkIntegrity(_ linux: some Linux) {
    guard let integrity = arrow.integrity, let problem = VerifyPieces.check(integrity, linux), !isAltered else {
      return
    }
    isAltered = true
    PowerOff.tell(problem, arrow.channels, linux)
    deadline = linux.now()
  }

  private mutating func verdict(_ status: Int32, _ linux: some Linux) -> TaskEnd {
    let isOutOfMemory = countOutOfMemory(linux)
    let signal = status & 0x7F
    guard signal != 0 else {
      return TaskEnd(code: status >> 8 & 0xFF, reason: isStopping ? .stopped : .exited)
    }
    var reason = GuestEvent.Reason.signaled
    if isStopping { reason = .stopped }
    if signal == Signal.badSystemCall { reason = .seccomp }
    if signal == Signal.kill, isOutOfMemory { reason = .oom }
    return TaskEnd(code: ExitCode.signaled(signal), signal: signal, reason: reason)
  }

  /// Whether `oom_kill` of memory.events (cgroup-v2, "Memory Interface Files") has grown since it was last looked at.
  private mutating func countOutOfMemory(_ linux: some Linux) -> Bool {
    let key = Array("oom_kill ".utf8)
    guard let events = try? linux.contents(of: "\(Cgroup.folder)/memory.events"),
      let line = events.split(separator: 0x0A).first(where: { $0.starts(with: key) }),
      let kills = decimal(line.dropFirst(key.count)), kills > outOfMemoryKills
    else { return false }
    outOfMemoryKills = kills
    return true
  }
}
