import ArrowHost

/// The user's own environment, byte by byte, for what has to see it: `${VARIABLES}` in requirements files, pip's
/// settings, git. Python, pip and what builds packages take no notice of it, because each name begins with a prefix
/// (Programs/user_environment.py).
enum UserEnvironment {
  private static let prefix = "user:"

  /// `user:NAME=VALUE` for each variable.
  static func entries() throws(HostError) -> [[UInt8]] {
    try variables().map { Array(prefix.utf8) + $0 }
  }

  /// A variable's value; `nil` where it is not set.
  static func value(of name: String) throws(HostError) -> String? {
    let start = Array("\(name)=".utf8)
    return try variables().first { $0.starts(with: start) }.map {
      String(decoding: $0.dropFirst(start.count), as: UTF8.self)
    }
  }

  private static func variables() throws(HostError) -> [[UInt8]] {
    // In a file, because the C library's list is not safe to read while others are written.
    try Files.contents(of: "/proc/self/environ").split(separator: 0).map(Array.init)
  }
}
