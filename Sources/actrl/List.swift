import ArgumentParser
import ArrowHost
import ArrowVM

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the instances: name, arrow, state, ports, uptime.",
    discussion: """
      States: starting, running, ready (its exported port accepts, or it said READY=1), exited (CODE), \
      running elsewhere (in another PID namespace), and lost: the VM ended without saying how. Behind CODE stands why, where the task did not end by itself. \
      The last column is the task's STATUS= (sd_notify), and the system calls that its filter refused.

        actrl list
      """,
    aliases: ["ps"])

  @Flag(name: .shortAndLong, help: "Names only.")
  var quiet = false

  func run() throws {
    let instances = try Host.current().store().all()
    if quiet {
      for instance in instances { try answer(instance.name) }
      return
    }
    for instance in instances { instance.problem.map { say("actrl: warning: \(instance.name): \($0)") } }
    let statuses = instances.map { instance in
      let status = instance.isOver ? nil : instance.events.status
      return [status, instance.refusals].compactMap { $0 }.joined(separator: "; ")
    }
    let hasStatus = statuses.contains { !$0.isEmpty }
    let rows = zip(instances, statuses).map { instance, status in
      [
        instance.name, instance.record.arrow, instance.stateText,
        instance.livePorts.map(\.text).joined(separator: ", "), instance.uptime.map(Self.duration) ?? "",
      ] + (hasStatus ? [status] : [])
    }.map { $0.map(TerminalText.harmless) }
    try answer(Table(["NAME", "ARROW", "STATE", "PORTS", "UPTIME"] + (hasStatus ? ["STATUS"] : []), rows).text)
  }

  /// The two largest units: `5s`, `3m 12s`, `2h 5m`, `40d 1h`.
  static func duration(_ seconds: Int) -> String {
    switch seconds {
    case ..<60: "\(seconds)s"
    case ..<3600: "\(seconds / 60)m \(seconds % 60)s"
    case ..<86400: "\(seconds / 3600)h \(seconds / 60 % 60)m"
    default: "\(seconds / 86400)d \(seconds / 3600 % 24)h"
    }
  }
}
