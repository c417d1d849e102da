import ArrowHost
import ArrowSpec
import Glibc
import Synchronization

/// Our stdin, stdout and stderr as the task's, until its VM has ended.
///
/// The VM's program writes the task's output into the instance's folder, and a thread copies it from there. So a reader
/// that is slow, or stopped, never stops the VM. Another thread copies what we read into a socket or a pipe.
final class Attachment {
  enum End { case ended, detached }

  private let instance: Instance
  /// The one that runs the VM.
  private let process: ProcessDescriptor
  private let signals: SignalDescriptor
  /// These end the attachment alone; all others ask the task to stop.
  private let detachingSignals: Set<Int32>
  private var terminal: Terminal?
  /// Each can be read once its part of the output is out.
  private var outputs: [Int32] = []
  private let writeProblem = WriteProblem()
  private var isKilled = false

  init(
    _ instance: Instance, process: ProcessDescriptor, _ signals: SignalDescriptor, detachingSignals: Set<Int32> = []
  ) {
    self.instance = instance
    self.process = process
    self.signals = signals
    self.detachingSignals = detachingSignals
    surviveBrokenPipes()
    // A terminal that another job has is an error of read(2).
    signal(SIGTTIN, SIG_IGN)
  }

  /// `stream` takes what we read. With a terminal, which is raw until ``wait()`` returns, it has the task's output too.
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
    outputs.append(try Relay.start(from: stream, to: 1))
  }

  /// Each file's contents go to its descriptor, from the position on where the file is opened.
  func copy(_ files: [LogTail.File]) throws {
    let done = try Thread.start { [instance, process, writeProblem] in
      do {
        try LogTail(files).follow(InstanceWatch(instance, process: process))
      } catch {
        writeProblem.number.store(errno, ordering: .releasing)
        Self.hangUp()
      }
    }
    outputs.append(done)
  }

  private final class WriteProblem: Sendable {
    let number = Atomic<Int32>(0)
  }

  /// The way out for all threads: as if the terminal were gone.
  private static func hangUp() { kill(getpid(), SIGHUP) }

  private func passOnSize() {
    if let size = terminal?.size { _ = instance.ask(.window(rows: size.height, columns: size.width)) }
  }

  /// Until the VM has ended and its output is out.
  func wait() throws -> End {
    defer { terminal?.restore() }
    if waitForEnd() == .detached { return .detached }
    if isKilled { instance.recordKill() }
    for output in outputs { waitForRest(of: output) }
    let number = writeProblem.number.load(ordering: .acquiring)
    if number != 0, number != EPIPE { throw HostError("cannot write the task's output: \(systemText(number))") }
    return .ended
  }

  /// A signal now means that nobody wants the rest; a window that changes its size is none.
  private func waitForRest(of output: Int32) {
    do {
      _ = try signals.wait(for: [output])
    } catch {
      if (error as? Interrupted)?.signal == SIGWINCH { waitForRest(of: output) }
    }
  }

  /// The first signal asks the task to stop. The second ends the VM, and so does the time when nothing comes of it.
  private func waitForEnd() -> End {
    var deadline: Deadline?
    while true {
      do {
        if try signals.wait(for: [process.descriptor], before: deadline) == [true] { return .ended }
        end()
        deadline = nil
      } catch {
        let signal = (error as? Interrupted)?.signal ?? SIGTERM
        if signal == SIGWINCH {
          passOnSize()
          continue
        }
        if detachingSignals.contains(signal) { return .detached }
        if deadline == nil, signal != SIGQUIT, instance.ask(.stop) {
          deadline = .after(seconds: instance.stopPatience)
        } else {
          end()
        }
      }
    }
  }

  private func end() {
    isKilled = true
    process.kill()
  }
}
