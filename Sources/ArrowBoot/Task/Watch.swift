import ArrowSpec

/// What PID 1 does while the task runs: it waits for signals, the host's commands, the task's own word, the network,
/// the kernel's reports and the next point in time, and passes each on to what handles it.
struct Watch {
  private let arrow: PreparedArrow
  private let poll: Int32
  /// `nil` where the task has a terminal.
  var streams: Streams?
  private var ending: TaskEnding
  private var commands = ChannelLines()
  private var notices: TaskNotices
  /// `nil` where the kernel has no audit.
  private var reports: FilterReports?
  private var denied: DeniedTries?
  private var network: LiveNetwork?
  private var clock: HostClock?
  /// Whether the host knows that pieces could not be read.
  private var isFaultTold = false
  private var memory: MemoryPressure
  /// Whether the host knows that the task is ready.
  private var isReady = false

  var isFinal: Bool { ending.isFinal }

  init(_ arrow: PreparedArrow, _ linux: some Linux) throws(Errno) {
    self.arrow = arrow
    ending = TaskEnding(arrow.task.spec.stop)
    notices = TaskNotices(arrow.notices)
    reports = arrow.audit.map { FilterReports($0) }
    denied = arrow.denied
    network = arrow.network
    clock = arrow.clock
    memory = MemoryPressure(linux)
    poll = try linux.openPoll()
    if !arrow.channels.hasTerminal { streams = try Streams(arrow.channels, poll: poll, linux) }
    try linux.watch(arrow.signals, on: poll)
    try linux.watch(arrow.notices, on: poll)
    for descriptor in network?.descriptors ?? [] { try linux.watch(descriptor, on: poll) }
    if let audit = arrow.audit { try linux.watch(audit, on: poll) }
    if let control = arrow.channels.control { try linux.watch(control, on: poll) }
    // Both have the same one.
    if let ring = arrow.readiness?.descriptor ?? denied?.descriptor { try linux.watch(ring, on: poll) }
    if let integrity = arrow.integrity { try linux.watch(integrity.descriptor, on: poll) }
  }

  /// Waits until the task and everything that it has started are gone.
  mutating func untilAllEnd(_ pid: Int32, _ linux: some Linux) throws(Errno) -> TaskEnd {
    ending.begin(pid)
    // A child may have ended before PID 1 watched, so it reaps first and waits afterwards.
    try reapAll(linux)
    tellRestOfReports(linux)
    // The task may have ended because of an altered block before the kernel's message about it was read.
    checkIntegrity(linux)
    checkPieces(linux)
    finishStreams(linux)
    var end = ending.result
    end.output = streams?.output
    return end
  }

  private mutating func reapAll(_ linux: some Linux) throws(Errno) {
    while true {
      switch try ending.reap(linux) {
      case .task(let status):
        // Its last words come before its end.
        notices.read(linux)
        passOnNotices(linux, isEnd: true)
        ending.taskEnded(status, linux)
      case .running:
        if ending.isHopeless { return }
        try waitOnce(linux)
      case .none: return
      }
    }
  }

  /// Waits so many ms, or until an end for good is asked for.
  mutating func pause(for time: UInt64, _ linux: some Linux) throws(Errno) {
    ending.pause(for: time, linux)
    while ending.isPausing(linux) { try waitOnce(linux) }
  }

  private mutating func waitOnce(_ linux: some Linux) throws(Errno) {
    for descriptor in try linux.wait(poll, timeout: timeout(linux)) {
      if descriptor == arrow.signals {
        while let signal = try linux.readSignal(descriptor) { handle(signal, linux) }
      } else if streams?.move(descriptor, linux) == true {
        continue
      } else if descriptor == arrow.channels.control {
        readCommands(from: descriptor, linux)
      } else if descriptor == arrow.notices {
        notices.read(linux)
      } else if network?.descriptors.contains(descriptor) == true {
        tendNetwork(linux)
      } else if descriptor == arrow.audit {
        readReports(linux)
      } else if descriptor == arrow.integrity?.descriptor {
        checkIntegrity(linux)
      } else {
        if arrow.readiness?.isComplete(linux) == true { becomeReady(linux) }
        tellDenied(linux)
      }
    }
    passOnNotices(linux)
    if reports?.hasMore == true { readReports(linux) }
    if streams?.hasMore == true { streams?.moveMore(linux) }
    if let time = reports?.time, linux.now() >= time { passOn(reports?.endMinute(linux) ?? [], linux) }
    if let network, linux.now() >= network.time { tendNetwork(linux) }
    if let jump = clock?.check(linux) {
      arrow.host.tell(.clock(seconds: jump), linux)
      network?.hurry(linux)
    }
    if let shortage = memory.check(linux) { arrow.host.tell(shortage, linux) }
    ending.checkDeadline(linux)
  }

  private func timeout(_ linux: some Linux) -> Int32 {
    if reports?.hasMore == true || streams?.hasMore == true { return 0 }
    let next = min(
      ending.deadline ?? .max, notices.time ?? .max, network?.time ?? .max, clock?.time ?? .max, reports?.time ?? .max)
    guard next < .max else { return -1 }
    let now = linux.now()
    return next > now ? Int32(min(next - now, UInt64(Int32.max))) : 0
  }

  private mutating func handle(_ signal: Int32, _ linux: some Linux) {
    switch signal {
    case Signal.terminate, Signal.interrupt, Signal.power, Signal.systemdPowerOff: ending.stop(linux)
    case Signal.hangUp, Signal.quit, Signal.user1, Signal.user2: ending.forward(signal, linux)
    // SIGCHLD among them: the loop reaps after each wait.
    default: break
    }
  }

  /// Commands are lines. A line that is no command is the host's mistake, and is ignored.
  private mutating func readCommands(from control: Int32, _ linux: some Linux) {
    while let bytes = try? linux.read(control, atMost: ControlCommand.maximumLength), !bytes.isEmpty {
      for byte in bytes {
        guard let line = commands.add(byte) else { continue }
        switch ControlCommand(line: line) {
        case .stop: ending.stop(linux)
        case .signal(let number): ending.signal(number, linux)
        case .window(let rows, let columns):
          if arrow.channels.hasTerminal { Console.setWindow(rows: rows, columns: columns, linux) }
        case .listeners: arrow.host.tell(.listening(ports: Listeners.ports(linux)), linux)
        case nil: arrow.log.info("a line on the control channel that is no command", linux)
        }
      }
    }
  }

  private mutating func becomeReady(_ linux: some Linux) {
    if isReady { return }
    isReady = true
    arrow.host.tell(.ready, linux)
  }

  private mutating func passOnNotices(_ linux: some Linux, isEnd: Bool = false) {
    if notices.hasMore { notices.read(linux) }
    if let text = notices.takeStatus(linux, isEnd: isEnd) { arrow.host.tell(.status(text: text), linux) }
    if notices.saidReady { becomeReady(linux) }
  }

  private mutating func readReports(_ linux: some Linux) {
    if let events = reports?.read(linux) { passOn(events, linux) }
  }

  private func passOn(_ events: [GuestEvent], _ linux: some Linux) {
    for event in events {
      arrow.host.tell(event, linux)
      if case .seccomp(let name) = event { arrow.log.info("the seccomp filter refused \(name)", linux) }
      if case .moreRefused(let count) = event {
        arrow.log.info("the seccomp filter refused \(count) more system calls", linux)
      }
    }
  }

  private mutating func tellDenied(_ linux: some Linux) {
    for event in denied?.read(linux) ?? [] { arrow.host.tell(event, linux) }
  }

  private mutating func tellRestOfReports(_ linux: some Linux) {
    tellDenied(linux)
    guard let events = reports?.readRest(linux) else { return }
    passOn(events, linux)
    guard arrow.task.spec.recordsSystemCalls, reports?.isIncomplete == true else { return }
    arrow.host.tell(BootError("the record of system calls has gaps: the kernel's audit overran"), linux)
  }

  private mutating func finishStreams(_ linux: some Linux) {
    guard let lost = streams?.finish(linux), lost > 0 else { return }
    arrow.host.tell(BootError("the host did not take the last \(lost) bytes of the task's output"), linux)
  }

  /// The host is told about a network that comes late or goes; the task goes on.
  private mutating func tendNetwork(_ linux: some Linux) {
    guard let problem = network?.tend(linux) else { return }
    arrow.log.info(problem.message, linux)
    arrow.host.tell(.error(stage: problem.stage, message: problem.message), linux)
  }

  /// Says what the kernel could not read. Where the task died of it, the run has failed, whatever its restart policy.
  private mutating func checkPieces(_ linux: some Linux) {
    guard !isFaultTold || ending.hasFaulted, let problem = PiecesFault.find(on: arrow.disk, linux) else { return }
    isFaultTold = true
    if !ending.hasFaulted {
      arrow.host.tell(.error(stage: problem.stage, message: problem.message), linux)
    } else if ending.endAltered(linux) {
      arrow.host.tell(problem, linux)
    }
  }

  private mutating func checkIntegrity(_ linux: some Linux) {
    guard let problem = arrow.integrity?.check(linux), ending.endAltered(linux) else { return }
    arrow.host.tell(problem, linux)
  }
}
