import ArrowHost
import Glibc

/// What actrl knows of the process it is: environment, folder, program. Read once; tests make up their own.
public struct Host: Sendable {
  public var environment: [String: String]
  public var folder: String
  public var executable: String

  public init(environment: [String: String], folder: String, executable: String) {
    self.environment = environment
    self.folder = folder
    self.executable = executable
  }

  /// This process's own. The first name of a variable wins, as getenv(3) has it.
  public static func current() -> Host {
    var variables: [String: String] = [:]
    var entry = environ
    while let variable = entry.pointee {
      let pair = String(cString: variable).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.count == 2, variables[String(pair[0])] == nil { variables[String(pair[0])] = String(pair[1]) }
      entry += 1
    }
    return Host(
      environment: variables, folder: realPath(".") ?? "/", executable: realPath("/proc/self/exe") ?? "actrl")
  }
}
