import ArrowHost
import ArrowSpec
import Glibc

/// What actrl knows of the process it is: environment, folder, program. Read once; tests make up their own.
public struct Host: Sendable {
  public var environment: [String: String]
  /// The variables whose values are not UTF-8. They are in ``environment`` with U+FFFD in the place of such bytes.
  public var notUTF8: Set<String> = []
  public var folder: String
  public var executable: String

  public init(environment: [String: String], folder: String, executable: String) {
    self.environment = environment
    self.folder = folder
    self.executable = executable
  }

  /// This process's own. The first name of a variable wins, as getenv(3) has it.
  public static func current() -> Host {
    var host = Host(
      environment: [:], folder: realPath(".") ?? "/", executable: realPath("/proc/self/exe") ?? "actrl")
    var entry = environ
    while let variable = entry.pointee {
      host.add(UnsafeBufferPointer(start: variable, count: strlen(variable)).map { UInt8(bitPattern: $0) })
      entry += 1
    }
    return host
  }

  private mutating func add(_ variable: [UInt8]) {
    guard let end = variable.firstIndex(of: UInt8(ascii: "=")) else { return }
    let name = String(decoding: variable[..<end], as: UTF8.self)
    guard environment[name] == nil else { return }
    let value = variable[(end + 1)...]
    environment[name] = String(decoding: value, as: UTF8.self)
    if String(validating: value, as: UTF8.self) == nil { notUTF8.insert(name) }
  }

  /// Refuses a path of the environment that actrl would use and can't write into a record.
  public func check() throws {
    for name in ["HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "ARROW_IMAGE"] where notUTF8.contains(name) {
      throw HostError("the variable \(name) is not UTF-8: \(quoted(environment[name] ?? ""))")
    }
  }
}
