/// How the run of a program ended, and what it said.
public struct Outcome: Equatable, Sendable {
  public var stdout: String
  public var stderr: String
  /// The exit code; 128+n where signal n ended the run; 124 where it took too long.
  public var code: Int32

  public init(stdout: String = "", stderr: String = "", code: Int32) {
    self.stdout = stdout
    self.stderr = stderr
    self.code = code
  }
}
