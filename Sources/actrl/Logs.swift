import ArgumentParser
import ArrowVM

struct Logs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what an instance has said.",
    discussion: """
      The task's stdout goes to stdout, its stderr to stderr. An instance that has only just been shot is \
      given time for its first words.

        actrl logs -f python-web
      """)

  @Flag(name: .shortAndLong, help: "Go on until the instance has ended.")
  var follow = false

  @Option(
    name: [.customShort("n"), .long], help: ArgumentHelp("Only the last lines of each stream.", valueName: "number"))
  var tail: Int?

  @Flag(help: "Only one of its streams: what the kernel said needs --debug at the shot.")
  var stream: InstanceStream?

  @Argument(help: "The instance; else the newest one.")
  var instance: String?

  func run() throws {
    let instance = try Host.current().store().instance(named: instance)
    try InstanceLog(instance, stream, lastLines: tail).show(following: follow)
  }
}

extension InstanceStream: EnumerableFlag {}
