import ArrowHost
import Glibc

/// The repository that the tests were compiled in, and what was built in it.
public enum Clone {
  public static let folder: String = {
    // Tests/TestSupport/Clone.swift is three names below it.
    let tests = Files.split(Files.split(#filePath).folder).folder
    return Files.split(tests).folder
  }()

  public static func path(_ relative: String) -> String { "\(folder)/\(relative)" }

  /// The whole text of a committed file.
  public static func text(of relative: String) throws -> String {
    String(decoding: try Files.contents(of: path(relative), atMost: 1 << 24), as: UTF8.self)
  }

  /// The folder of the tools that were built together with the tests; `$ARROW_BIN` names another.
  public static let tools: String = {
    if let folder = getenv("ARROW_BIN") { return String(cString: folder) }
    guard let path = realpath("/proc/self/exe", nil) else { return "." }
    defer { free(path) }
    return Files.split(String(cString: path)).folder
  }()

  /// The folder of the pieces that `make image` builds; `$ARROW_PIECES` names another.
  public static let pieces = getenv("ARROW_PIECES").map { String(cString: $0) } ?? path(".build/pieces")
}
