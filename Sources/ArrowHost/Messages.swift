import ArgumentParser
import Glibc

// What the tools print: results on stdout, messages on stderr in one form.

/// Prints a message of one or more lines on stderr.
public func say(_ text: String) { try? Files.write(Array((text + "\n").utf8), to: 2, path: "stderr") }

/// Prints a result of one or more lines on stdout. One that can't be written is an error; a reader that has gone away,
/// as `head` does, is none.
public func answer(_ text: String) throws(HostError) {
  let isWritten = Array((text + "\n").utf8).withUnsafeBytes { writeAll($0, to: 1) }
  if !isWritten, errno != EPIPE { throw Files.failure("write stdout") }
}

extension ParsableCommand {
  /// Ends the program with the parser's text: help on stdout and 0, or an error on stderr and `code`.
  public static func end(withParsersWord error: any Error, code: Int32) -> Never {
    let message = fullMessage(for: error)
    if exitCode(for: error) == .success {
      do {
        try answer(message)
        Glibc.exit(0)
      } catch {
        say("\(configuration.commandName ?? "error"): error: \(error)")
        Glibc.exit(code)
      }
    }
    // ArgumentParser's errors begin with "Error: " and its exit code is 64. Ours are as for all other errors.
    let program = configuration.commandName ?? "error"
    say(message.hasPrefix("Error: ") ? "\(program): error: " + message.dropFirst(7) : message)
    Glibc.exit(code)
  }
}

/// Refuses an option with `=` and nothing behind it, as a shell makes it of a variable that is not set: the parser would
/// take the next word for the value. What follows `free` may be any word.
public func refuseEmptyValues(in words: some Sequence<String>, behind free: String = "") throws {
  var previous = ""
  for word in words {
    if word == "--" { return }
    if previous != free, word.hasPrefix("-"), let end = word.utf8.firstIndex(of: UInt8(ascii: "=")),
      word.utf8.index(after: end) == word.utf8.endIndex
    {
      throw ValidationError("\(word[..<end]) is empty")
    }
    previous = word
  }
}

/// Refuses what must not be empty, as a shell makes it of a variable that is not set.
public func refuseEmpty(_ values: (option: String, value: String?)...) throws {
  for (option, value) in values where value?.isEmpty == true { throw ValidationError("\(option) is empty") }
}
