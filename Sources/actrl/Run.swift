import ArgumentParser
import ArrowHost
import ArrowVM

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run an arrow in the foreground and end with its exit code.",
    usage: "actrl run [OPTION…] [ARROW [COMMAND ARG…]]",
    discussion: """
      The task's stdin, stdout and stderr are actrl's. Words behind the arrow's name replace the arguments \
      of its spec, the command first. Ctrl-C stops the task gracefully, a second one ends the VM; with -t \
      it goes to the task, and Ctrl-] stops it. Nothing stays behind.

        actrl run python python -c 'print(6 * 7)'
      """)

  @OptionGroup var options: ShotOptions

  @Flag(name: .shortAndLong, help: "Give the task the terminal.")
  var tty = false

  @Flag(name: .shortAndLong, help: "Changes nothing: stdin is always passed on.")
  var interactive = false

  @Flag(help: "Remove the instance when it has ended (the default), or keep it for logs and inspect.")
  var after = After.rm

  enum After: String, EnumerableFlag { case rm, keep }

  @Argument(
    parsing: .captureForPassthrough, help: ArgumentHelp("The arrow, and what it is to run.", valueName: "arrow"))
  var words: [String] = []

  func validate() throws { try options.check(words, of: Run.self) }

  func run() throws {
    let host = Host.current()
    var request = try options.request(words)
    request.isForeground = true
    if tty { request.takeTerminal() }
    request.isTemporary = after == .rm
    let shot = try Shot(request, on: host)
    let store = try host.store()
    if options.dryRun { return try answer(try shot.script(store: store)) }
    if let note = shot.note { say("actrl: \(note)") }
    throw EndsWith(code: try shot.run(in: store))
  }
}
