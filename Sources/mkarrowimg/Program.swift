import ArrowImage

/// The work is done in a task; this thread waits for signals.
@main
enum Program {
  static func main() {
    let signals = UnfinishedFolder.holdSignals()
    // Detached, as this thread will run no task.
    Task.detached { await Mkarrowimg.runAndExit() }
    UnfinishedFolder.waitForSignals(signals)
  }
}
