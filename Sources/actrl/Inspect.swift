import ArgumentParser
import ArrowHost
import ArrowVM

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show everything about an instance, as JSON.",
    discussion: """
        actrl inspect python-web
      """)

  @Argument(help: "The instance; else the newest one.")
  var instance: String?

  func run() throws { try answer(try Host.current().store().instance(named: instance).description) }
}
