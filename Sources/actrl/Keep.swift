import ArgumentParser
import ArrowVM

/// What `shoot` leaves behind; nobody needs to call it.
struct Keep: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bound an instance's logs, and end a boot in which nothing happens.", shouldDisplay: false)

  @Argument(help: "The instance.")
  var instance: String

  func run() throws { try Keeper.keep(Host.current().store().instance(named: instance)) }
}
