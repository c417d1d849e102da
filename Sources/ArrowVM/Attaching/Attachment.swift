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
  /// These signals end the attachment only; all others ask the task to stop.
  private let detachingSignals: Set<Int32>
  private var terminal: Terminal?
  /// Descriptors that can be read once their part of the output is written.
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
    outputs.append(try Relay.start(from: stream, to: 1))
  }

  /// Copies each file to its descriptor, from its position on.
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

  /// Ends the attachment from any thread, as if the terminal were gone.
  private static func hangUp() { kill(getpid(), SIGHUP) }

  private func passOnSize() {
    if let size = terminal?.size { _ = instance.ask(.window(rows: size.height, columns: size.width)) }
  }

  /// Waits until the VM has ended and its output is written.
  func wait() throws -> End {
    defer { terminal?.restore() }
    if waitForEnd() == .detached { return .detached }
    if isKilled { instance.recordKill() }
    for output in outputs { waitForRest(of: output) }
    let number = writeProblem.number.load(ordering: .acquiring)
    if number != 0, number != EPIPE { throw HostError("cannot write the task's output: \(systemText(number))") }
    return .ended
  }

  /// A signal now means that nobody wants the rest. A terminal's new size does not.
  private func waitForRest(of output: Int32) {
    do {
      _ = try signals.wait(for: [output])
    } catch {
      if (error as? Interrupted)?.signal == SIGWINCH { waitForRest(of: output) }
    }
  }

  /// The first signal asks the task to stop. A second one ends the VM, and so does a stop that takes too long.
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
