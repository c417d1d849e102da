import ArgumentParser
import ArrowHost
import ArrowVM

struct Shoot: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start an arrow in a VM of its own and leave it running.",
    usage: "actrl shoot [OPTION…] [ARROW [COMMAND ARG…]]",
    discussion: """
      Prints the instance's name. Words behind the arrow's name replace the arguments of its spec, the \
      command first. Without an arrow the image's default one is shot.

        actrl shoot --wait -p 8000:8080 -e LOG=debug python-web
      """)

  @OptionGroup var options: ShotOptions

  @Flag(name: .shortAndLong, help: "Give the task a terminal, for attach.")
  var tty = false

  @Flag(name: .shortAndLong, help: "Keep the task's stdin open, for attach.")
  var interactive = false

  @Flag(
    help: "Return when the task is ready: its exported port accepts, it said READY=1, or it runs and has no port.")
  var wait = false

  @Option(help: ArgumentHelp("How long to wait for that.", valueName: "seconds"))
  var waitTimeout = 60

  @Option(
    help: ArgumentHelp(
      "Wait for the end, allow every system call, and write the seccomp profile of those used.", valueName: "file"))
  var recordSeccomp: String?

  @Argument(
    parsing: .captureForPassthrough, help: ArgumentHelp("The arrow, and what it is to run.", valueName: "arrow"))
  var words: [String] = []

  func validate() throws {
    if waitTimeout < 0 { throw ValidationError("A time can't be negative: \(waitTimeout)") }
    try options.check(words, of: Shoot.self)
    try refuseEmpty(("--record-seccomp", recordSeccomp))
  }

  func run() throws {
    let host = Host.current()
    var request = try options.request(words)
    if tty { request.takeTerminal() }
    request.keepsStdin = interactive
    if let recordSeccomp {
      try SeccompRecord.check(recordSeccomp)
      request.recordsSystemCalls = true
    }
    let shot = try Shot(request, on: host)
    let store = try host.store()
    if options.dryRun { return try answer(try shot.script(store: store)) }
    if let note = shot.note { say("actrl: \(note)") }
    let instance = try shot.shoot(in: store)
    try sayName(of: instance)
    if let warning = instance.warning(ofLogSize: request.logSize) { say("actrl: warning: \(warning)") }
    for port in instance.record.ports { say("actrl: \(port.text)") }
    if wait { try waitUntilReady(instance) }
    if let recordSeccomp {
      let (calls, code) = try SeccompRecord.write(recordSeccomp, of: instance)
      say("actrl: \(recordSeccomp) allows \(calls) system calls; give it to the spec as \"linux\": {\"seccomp\": ...}")
      throw EndsWith(code: code)
    }
  }

  /// Whoever is not told the name is told at least that there is something to stop.
  private func sayName(of instance: Instance) throws {
    do {
      try answer(instance.name)
    } catch {
      throw HostError(error.message, hint: "\(instance.name) runs all the same: actrl stop \(instance.name)")
    }
  }

  private func waitUntilReady(_ instance: Instance) throws {
    let clock = ContinuousClock()
    let start = clock.now
    switch try instance.waitUntilReady(seconds: Double(waitTimeout)) {
    case .ready:
      let status = instance.events.status.map { ": " + TerminalText.harmless($0) } ?? ""
      say("actrl: \(instance.name) is ready after \(seconds(clock.now - start)) s\(status)")
    case .ended(let code):
      say("actrl: \(instance.name) has ended with exit code \(code)" + (instance.remark.map { ": \($0)" } ?? ""))
      for notice in instance.notices { say("actrl: \(notice)") }
      if code != 0 { for line in instance.lastWords(10) { say("  " + line) } }
      throw EndsWith(code: code)
    case .notYet:
      for notice in instance.notices { say("actrl: \(notice)") }
      let reason = try instance.shortage ?? instance.absence()
      throw HostError(
        "\(instance.name) is not ready after \(waitTimeout) s" + (reason.map { ": \($0)" } ?? ""),
        hint: "it goes on: actrl logs \(instance.name)")
    }
  }

  private func seconds(_ duration: Duration) -> String {
    let tenths = Int(duration / .milliseconds(100))
    return "\(tenths / 10).\(tenths % 10)"
  }
}
