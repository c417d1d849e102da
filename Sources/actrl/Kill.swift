import ArgumentParser
import ArrowHost
import ArrowSpec
import ArrowVM

struct Kill: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Kill the task of instances, or send it a signal.",
    discussion: """
      Without -s the signal is SIGKILL: it ends the VM too, even one that does not answer. After SIGKILL and \
      the task's stop signal no restart policy goes on.

        actrl kill -s HUP python-web
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("A name as TERM or SIGTERM, or a number.", valueName: "signal"))
  var signal = "KILL"

  @Argument(help: ArgumentHelp("The instances; else the newest that runs.", valueName: "instance"))
  var instances: [String] = []

  func run() throws {
    guard let number = Signal.number(of: signal) else {
      let names = Signal.names.map(\.0)
      throw HostError("\(quoted(signal)) is not a signal", hint: nameHint(signal, among: names))
    }
    for instance in try Host.current().store().live(named: instances) {
      if number == Signal.kill {
        _ = try instance.kill()
      } else if !instance.signal(number) {
        if instance.isOver { throw HostError("\(instance.name) is not running") }
        throw HostError(
          "\(instance.name) takes no signal: its file control is damaged or gone", hint: "actrl stop \(instance.name)")
      }
      try answer(instance.name)
    }
  }
}
