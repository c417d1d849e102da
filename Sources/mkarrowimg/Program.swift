import ArrowImage

/// The work goes on in a task; this thread is there for the signals.
@main
enum Program {
  static func main() {
    let signals = UnfinishedFolder.holdSignals()
    // Detached, as this thread will run no task.
    Task.detached { await Mkarrowimg.runAndExit() }
    UnfinishedFolder.waitForSignals(signals)
  }
}
