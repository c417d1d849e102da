import Subprocess
import SystemPackage

/// A program with its arguments, and what it runs with. Its stdin is empty.
public struct Command: Sendable {
  public enum Variables: Sendable {
    /// The test's own environment, with these in addition.
    case inherited(and: [String: String])
    case only([String: String])
  }

  /// The program's path, then its arguments.
  public var words: [String]
  /// The working folder; the test's own where none is named.
  public var folder: String?
  public var variables = Variables.inherited(and: [:])
  /// After so many seconds it is told to end, and killed five seconds later.
  public var seconds: Int?
  /// A test with more output than this is wrong.
  public var outputLimit = 1 << 20

  public init(_ words: [String], in folder: String? = nil) {
    self.words = words
    self.folder = folder
  }

  public func run() async throws -> Outcome {
    // timeout(1) ends with 124 where the program did not end in time.
    let words = (seconds.map { ["/usr/bin/timeout", "--kill-after=5", String($0)] } ?? []) + words
    let result = try await Subprocess.run(
      .path(FilePath(words[0])), arguments: Arguments(Array(words.dropFirst())), environment: environment,
      workingDirectory: folder.map { FilePath($0) }, input: .none,
      output: .string(limit: outputLimit), error: .string(limit: outputLimit))
    let code: Int32
    switch result.terminationStatus {
    case .exited(let status): code = status
    case .signaled(let signal): code = 128 + signal
    }
    return Outcome(stdout: result.standardOutput, stderr: result.standardError, code: code)
  }

  private var environment: Environment {
    switch variables {
    case .inherited(let more): .inherit.updating(Self.keyed(more))
    case .only(let all): .custom(Self.keyed(all))
    }
  }

  private static func keyed(_ variables: [String: String]) -> [Environment.Key: String] {
    Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) })
  }
}
