import ArgumentParser
import ArrowHost
import ArrowVM

struct Remove: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm",
    abstract: "Remove ended instances: their logs, events and records.",
    discussion: """
        actrl rm --all
      """)

  @Flag(name: .shortAndLong, help: "Kill those that run, then remove them.")
  var force = false

  @Flag(name: .shortAndLong, help: "All that have ended; with --force, all.")
  var all = false

  @Argument(help: ArgumentHelp("The instances.", valueName: "instance"))
  var instances: [String] = []

  func validate() throws {
    if all == instances.isEmpty { return }
    throw ValidationError(all ? "Either names or --all" : "Which instance? A name, or --all")
  }

  func run() throws {
    let store = try Host.current().store()
    let chosen =
      all ? try store.all().filter { force || $0.isOver } : try instances.map { try store.instance(named: $0) }
    for instance in chosen {
      if force { _ = try instance.kill() }
      try store.remove(instance)
      try answer(instance.name)
    }
  }
}
