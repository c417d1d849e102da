import ArgumentParser
import Glibc

// What the tools say beside their results: on stderr, in one form.

/// One line, or several, on stderr.
public func say(_ text: String) { try? Files.write(Array((text + "\n").utf8), to: 2, path: "stderr") }

extension ParsableCommand {
  /// Ends the program with what the parser has to say: help on stdout and 0, or what is wrong on stderr and `code`.
  public static func end(withParsersWord error: any Error, code: Int32) -> Never {
    let message = fullMessage(for: error)
    if exitCode(for: error) == .success {
      print(message)
      Glibc.exit(0)
    }
    // ArgumentParser begins with a capital and ends with 64; ours are those of the other errors.
    let program = configuration.commandName ?? "error"
    say(message.hasPrefix("Error: ") ? "\(program): error: " + message.dropFirst(7) : message)
    Glibc.exit(code)
  }
}
