import ArrowHost
import ArrowSpec
import CHost
import Glibc

/// `actrl run`: a shot that lives and dies with the calling process.
///
/// QEMU writes the task's output into the instance's folder, as for any shot, and one thread copies it from there: a
/// reader that is slow, or stopped, never stops the VM. The task's stdin comes over a socket pair from another thread.
public final class ForegroundShot {
  private let claim: InstanceClaim
  private let qemu: QemuProcess
  private let signals: SignalDescriptor
  /// Readable when all of the output is out.
  private let copied: Int32
  private let terminal: Terminal?
  private var signalCount = 0

  /// Call it on the main thread, which QEMU's life is bound to.
  public init(_ shot: Shot, in store: InstanceStore) throws {
    signals = try SignalDescriptor([SIGINT, SIGTERM, SIGHUP, SIGQUIT])
    signal(SIGPIPE, SIG_IGN)
    let wantsTerminal = shot.request.terminal
    terminal = wantsTerminal ? Terminal(0) : nil
    if wantsTerminal, terminal == nil {
      throw HostError("stdin is not a terminal", hint: "leave out -t")
    }
    var claim = try shot.claim(in: store)
    do {
      let pair = try Self.socketPair()
      var plan = shot.plan
      let end = MachinePlan.Channel.socket(descriptor: pair.qemu, log: wantsTerminal ? InstanceFile.stdout : nil)
      if wantsTerminal { plan.console = end } else { plan.stdin = end }
      let words = shot.words(for: claim.instance, plan)
      claim.instance.record.command = words
      try claim.instance.writeRecord()
      qemu = try QemuProcess.start(words, in: claim, keeping: [pair.qemu], diesWithCaller: true)
      close(pair.qemu)
      self.claim = claim
      let pipe = try makePipe()
      copied = pipe.read
      startStreams(own: pair.own, done: pipe.write, isDebug: shot.request.isDebug)
    } catch {
      try? store.discard(claim)
      throw error
    }
  }

  private static func socketPair() throws -> (own: Int32, qemu: Int32) {
    var pair: [Int32] = [-1, -1]
    try checked("make a socket pair") {
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &pair)
    }
    return (pair[0], pair[1])
  }

  private func startStreams(own: Int32, done: Int32, isDebug: Bool) {
    var files = [(claim.instance.path(InstanceFile.stderr), Int32(2))]
    if isDebug { files.append((claim.instance.path(InstanceFile.kernelLog), 2)) }
    if let terminal {
      terminal.makeRaw()
      let process = getpid()
      Relay.start(from: 0, to: own) { kill(process, SIGINT) }
      Relay.start(from: own, to: 1)
    } else {
      files.append((claim.instance.path(InstanceFile.stdout), 1))
      Relay.start(from: 0, to: own)
    }
    let instance = claim.instance
    let pid = qemu.pid
    Thread.start { [files] in
      let tail = LogTail(files)
      do {
        try tail.follow(InstanceWatch(instance, pid: pid))
      } catch {
        // Nobody reads any more: as for any program in a pipe, that is the end.
        kill(pid, SIGKILL)
      }
      close(done)
    }
  }

  /// Until the VM has ended and its output is out: the exit code.
  public func wait(removingFrom store: InstanceStore?) throws -> Int32 {
    defer { try? store?.discard(claim) }
    waitFor(qemu.descriptor)
    let status = ForkedProcess.status(of: qemu.pid)
    waitFor(copied)
    terminal?.restore()
    if let exit = claim.instance.events.exit { return exit.code }
    // Killed on the user's word: no riddle.
    if signalCount > 1 { return ExitCode.signaled(SIGKILL) }
    throw claim.instance.failure(status: status)
  }

  private func waitFor(_ descriptor: Int32) {
    while true {
      var entries = [descriptor, signals.descriptor].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      if poll(&entries, 2, -1) < 0 { continue }
      while let signal = signals.next() { handle(signal) }
      if entries[0].revents != 0 { return }
    }
  }

  /// The first asks the task to stop, the second ends the VM, the third us.
  private func handle(_ signal: Int32) {
    signalCount += signal == SIGQUIT ? 2 : 1
    if signalCount == 1, claim.instance.ask(.stop) { return }
    kill(qemu.pid, SIGKILL)
    if signalCount > 2 {
      terminal?.restore()
      exit(ExitCode.signaled(signal))
    }
  }
}
