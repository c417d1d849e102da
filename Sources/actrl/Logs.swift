import ArgumentParser
import ArrowHost
import ArrowVM

struct Logs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the output of an instance.",
    discussion: """
      The task's stdout goes to stdout, its stderr to stderr. A VM that has only just started gets some \
      time for its first output.

        actrl logs -f python-web
      """)

  @Flag(name: .shortAndLong, help: "Go on until the instance has ended.")
  var follow = false

  @Option(
    name: [.customShort("n"), .long], help: ArgumentHelp("Only the last lines of each stream.", valueName: "number"))
  var tail: Int?

  @Flag(help: "Only one of its streams. The kernel says little without --debug at the shot.")
  var stream: InstanceStream?

  @Argument(help: "The instance; else the newest one.")
  var instance: String?

  func validate() throws {
    if let tail, tail < 0 { throw ValidationError("A number of lines can't be negative: \(tail)") }
  }

  func run() throws {
    let instance = try Host.current().store().instance(named: instance)
    try InstanceLog(instance, stream, lastLines: tail).show(following: follow)
    // A task that never ran has written nothing, and arrow-init's words are no output of its.
    if stream == nil, instance.isOver, instance.events.exit?.reason == .failed, let remark = instance.remark {
      say("actrl: \(remark)")
    }
  }
}

extension InstanceStream: EnumerableFlag {}
