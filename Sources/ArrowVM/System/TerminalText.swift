/// Text that others have written, for a person's terminal.
public enum TerminalText {
  /// Without what would move the cursor, colour the terminal, begin a new line or turn the order of letters around.
  public static func harmless(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .lineSeparator, .paragraphSeparator: " "
          default: scalar.properties.isBidiControl ? " " : scalar
          }
        }))
  }
}
