import ArrowHost
import ArrowSpec
import Glibc
import Synchronization

/// Connects our stdin, stdout and stderr with the task's until its VM has ended.
///
/// The VM's program writes the task's output into the instance's folder, and a thread copies it from there. So a reader
/// that is slow, or stopped, never stops the VM. Another thread copies what we read into a socket or a pipe.
final class Attachment {
  enum End { case ended, detached }

  private let instance: Instance
  /// The one that runs the VM.
  private let process: ProcessDescriptor
  private let signals: SignalDescriptor
  /// Whether a signal ends the attachment only; those that do not are the task's, or ask it to stop.
  private let detaches: (Int32) -> Bool
  /// Ends a boot in which nothing happens.
  private var bootWatch: BootWatch?
  private var terminal: Terminal?
  /// Descriptors that can be read once their part of the output is written.
  private var outputs: [Int32] = []
  private let problem = Problem()
  private var isKilled = false

  init(
    _ instance: Instance, process: ProcessDescriptor, _ signals: SignalDescriptor,
    detaches: @escaping (Int32) -> Bool = { _ in false }
  ) {
    self.instance = instance
    self.process = process
    self.signals = signals
    self.detaches = detaches
    surviveBrokenPipes()
    // Reading from a terminal that another job has is then an error of read(2), and does not stop us.
    signal(SIGTTIN, SIG_IGN)
  }

  /// `stream` gets what we read. With a terminal it carries the task's output too, and the terminal is raw until
  /// ``wait()`` returns.
  func connect(_ stream: Int32, _ terminal: Terminal?) throws {
    guard let terminal else {
      _ = try Relay.start(from: 0, to: stream)
      return
    }
    self.terminal = terminal
    signals.addWindowChange()
    terminal.makeRaw()
    passOnSize()
    _ = try Relay.start(from: 0, to: stream) { Self.hangUp() }
    let done = try Relay.start(
      from: stream, to: 1, onUnwritten: { [problem] in problem.note(LogTail.ReaderGone(number: $0)) })
    outputs.append(done)
  }

  /// Copies each file to its descriptor. With `isOnly` nobody else needs what is copied: the instance's files are
  /// bounded, and where the disk is short of room, what is copied goes.
  func copy(_ files: [LogTail.File], isOnly: Bool) throws {
    let done = try Thread.start { [instance, process, problem] in
      do {
        let bounds = isOnly ? LogBounds(instance) : nil
        try LogTail(files, in: instance.folder, bounds: bounds).follow(InstanceWatch(instance, process: process))
      } catch {
        problem.note(error)
      }
    }
    outputs.append(done)
  }

  /// Ends the VM when nothing happens before its task runs. Its events then say so.
  func watchBoot() { bootWatch = BootWatch(instance, process.pid) }

  /// Why the output can't be passed on. The attachment then ends as if the terminal were gone.
  private final class Problem: Sendable {
    private let first = Mutex<HostError?>(nil)

    var error: HostError? { first.withLock { $0 } }

    func note(_ error: any Error) {
      let gone = error as? LogTail.ReaderGone
      if let error = gone.map({ $0.error("the task's output") }) ?? error as? HostError {
        first.withLock { if $0 == nil { $0 = error } }
      }
      Attachment.hangUp()
    }
  }

  /// Ends the attachment from any thread, as if the terminal were gone.
  private static func hangUp() { kill(getpid(), SIGHUP) }

  private func passOnSize() {
    if let size = terminal?.size { _ = instance.ask(.window(rows: size.height, columns: size.width)) }
  }

  /// Waits until the VM has ended and its output is written, or until we are detached. An error says why the output
  /// could not be passed on.
  func wait() throws -> End {
    defer { terminal?.restore() }
    let end = waitForEnd()
    if isKilled { instance.recordKill() }
    if end == .ended { for output in outputs { waitForRest(of: output) } }
    guard var error = problem.error else { return end }
    if let exit = instance.events.exit {
      error.hint = "the task itself ended with \(exit.code)"
    } else if end == .detached {
      error.hint = "\(instance.name) goes on: actrl logs \(instance.name)"
    }
    throw error
  }

  /// A signal now means that nobody wants the rest. A terminal's new size does not, nor what is for the task.
  private func waitForRest(of output: Int32) {
    do {
      _ = try signals.wait(for: [output])
    } catch {
      guard let signal = (error as? Interrupted)?.signal else { return }
      if signal == SIGWINCH || SignalDescriptor.isForTask(signal) { waitForRest(of: output) }
    }
  }

  /// The first signal asks the task to stop. A second one ends the VM, and so does a stop that takes too long.
  private func waitForEnd() -> End {
    var deadline: Deadline?
    while true {
      do {
        let tick = bootWatch.map { _ in Deadline.after(seconds: 1) }
        let next = [deadline, tick].compactMap { $0 }.min()
        if try signals.wait(for: [process.descriptor], before: next) == [true] { return .ended }
        if let passed = deadline, passed.hasPassed {
          end()
          deadline = nil
        }
        lookAtBoot()
      } catch {
        let signal = (error as? Interrupted)?.signal ?? SIGTERM
        if signal == SIGWINCH {
          passOnSize()
          continue
        }
        if detaches(signal) { return .detached }
        if SignalDescriptor.isForTask(signal) {
          _ = instance.signal(signal)
          continue
        }
        if deadline == nil, signal != SIGQUIT, instance.ask(.stop) {
          deadline = .after(seconds: instance.stopPatience)
        } else {
          end()
        }
      }
    }
  }

  private func lookAtBoot() {
    switch bootWatch?.look() {
    case .isOver: bootWatch = nil
    case .stuck(let why):
      bootWatch = nil
      instance.recordStuckBoot(why)
      process.kill()
    case .goesOn, nil: break
    }
  }

  private func end() {
    isKilled = true
    process.kill()
  }
}
