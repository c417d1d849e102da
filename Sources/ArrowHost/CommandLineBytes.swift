import ArrowSpec

/// The words of the command line as bytes. Swift's own list has U+FFFD in the place of what is not UTF-8, and a tool that
/// used it would look for another file than the one that was named.
public enum CommandLineBytes {
  /// Refuses a word that is not UTF-8: neither a spec nor image.json could hold it.
  public static func check() throws(HostError) {
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let word = CommandLine.unsafeArgv[index], String(validatingCString: word) == nil else { continue }
      throw HostError("the command line's word \(index) is not UTF-8: \(quoted(String(cString: word)))", kind: .input)
    }
  }
}
