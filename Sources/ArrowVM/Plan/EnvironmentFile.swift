import ArrowHost

/// Docker's `--env-file`: a variable a line, as `-e` takes it. Empty lines and lines that begin with `#` are ignored.
public enum EnvironmentFile {
  private static let maximumSize = 1 << 20

  public static func variables(path: String) throws -> [String] {
    let text = String(decoding: try Files.contents(of: path, atMost: maximumSize), as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline).map { line in line.drop(while: \.isWhitespace) }
    return lines.filter { line in !line.isEmpty && line.first != "#" }.map { String($0) }
  }
}
