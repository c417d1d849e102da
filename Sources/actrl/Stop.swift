import ArgumentParser
import ArrowHost
import ArrowVM

struct Stop: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stop instances gracefully.",
    discussion: """
      The task gets its stop signal (SIGTERM, or what its spec says), then time to end, then SIGKILL.

        actrl stop python-web
      """)

  @Option(
    name: [.customShort("t"), .customLong("time"), .customLong("timeout")],
    help: ArgumentHelp("Wait no longer than this before SIGKILL.", valueName: "seconds"))
  var time: Int?

  @Argument(help: ArgumentHelp("The instances; else the newest that runs.", valueName: "instance"))
  var instances: [String] = []

  func validate() throws {
    if let time, time < 0 { throw ValidationError("A time can't be negative: \(time)") }
  }

  func run() throws {
    for instance in try Host.current().store().live(named: instances) {
      let result = try instance.stop(timeout: time)
      try answer(instance.name)
      switch result {
      case .stopped: break
      case .killed: say("actrl: warning: \(instance.name) did not end in time and was killed")
      case .destroyed: say("actrl: warning: \(instance.name) did not answer; its VM was killed")
      }
    }
  }
}
