import ArrowHost
import ArrowImage

/// The work is done in a task; this thread waits for signals.
@main
enum Program {
  static func main() {
    // Before the task's own threads open anything.
    StandardDescriptors.fill()
    let signals = UnfinishedFolder.holdSignals()
    // Detached, as this thread will run no task.
    Task.detached { await Mkarrowimg.runAndExit() }
    UnfinishedFolder.waitForSignals(signals)
  }
}
