/// The last lines of what another program said, each on a line of its own that begins with the program's name: a
/// message ends with them.
func lastLines(of text: String, saidBy program: String) -> String {
  text.split(whereSeparator: \.isNewline).suffix(20).map { "\n  \(program): \($0)" }.joined()
}
