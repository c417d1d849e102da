import ArgumentParser
import ArrowHost
import ArrowSpec
import ArrowVM
import Glibc

@main
struct Actrl: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "actrl",
    abstract: "Shoot arrows: run single-task virtual machines under QEMU.",
    discussion: """
      An instance is a QEMU process and a folder with its output and its events; there is no daemon. Without \
      a name, commands take the newest instance.

        actrl shoot --wait python-web
        actrl logs

      Exit codes: the task's own from run and attach; 125 the VM or actrl failed, 126 the task's command \
      can't be executed, 127 there is no such arrow or command.
      """,
    subcommands: [
      Shoot.self, Run.self, List.self, Logs.self, Attach.self, Stop.self, Kill.self, Inspect.self, Remove.self,
      Doctor.self, Keep.self,
    ])

  /// Commands run on the main thread, because the VM of `run` ends when its thread ends.
  static func main() {
    StandardDescriptors.fill()
    surviveFileLimits()
    do {
      try CommandLineBytes.check()
      try Host.current().check()
      var command = try parseAsRoot()
      try command.run()
    } catch {
      end(with: error)
    }
  }

  /// Prints the error and ends the program with the exit codes that docker has.
  private static func end(with error: any Error) -> Never {
    switch error {
    case let end as EndsWith: Glibc.exit(end.code)
    case let interrupted as Interrupted: Glibc.exit(ArrowSpec.ExitCode.signaled(interrupted.signal))
    case let error as NoSuchArrow:
      say("actrl: error: \(error.error)")
      Glibc.exit(ArrowSpec.ExitCode.notFound)
    case let error as HostError:
      say(error.rendered(program: "actrl"))
      Glibc.exit(ArrowSpec.ExitCode.failure)
    default: end(withParsersWord: error, code: ArrowSpec.ExitCode.failure)
    }
  }
}
