import ArgumentParser
import ArrowHost
import ArrowImage
import Glibc

struct Mkarrowimg: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mkarrowimg",
    abstract: "Make and look at Arrow images: kernel, initrd and pieces of single-task VMs.",
    discussion: """
      Exit codes: 0 fine, 1 the input is wrong, 2 wrong usage or trouble with the machine.
      """,
    subcommands: [New.self, Add.self, Binary.self, Build.self, Check.self, Inspect.self])

  /// Runs the command line and ends the program.
  static func runAndExit() async -> Never {
    do {
      try CommandLineBytes.check()
      try refuseEmptyValues(in: CommandLine.arguments)
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch {
      end(with: error)
    }
    exit()
  }

  /// Shows the error and ends the program: 1 when the input is wrong, 2 for everything else. Help is no error.
  private static func end(with error: any Error) -> Never {
    switch error {
    case is InputIsWrong: Glibc.exit(1)
    case let errors as InputErrors:
      show(errors.findings)
      Glibc.exit(1)
    case let error as HostError:
      say(error.rendered(program: "mkarrowimg"))
      Glibc.exit(error.kind == .input ? 1 : 2)
    default: end(withParsersWord: error, code: 2)
    }
  }
}
