import ArrowHost
import Glibc

/// Where the things lie that come with this program: the kernel, arrow-init, pip, the SDK.
enum ProgramHome {
  /// In a clone `make` puts them into `.build/guest`; beside an installed `PREFIX/bin/mkarrowimg` they are in
  /// `PREFIX/lib/arrow`.
  static func candidates(executable: String = Self.executable) -> [String] {
    let prefix = Files.split(Files.split(executable).folder).folder
    // As SwiftPM leaves it: CLONE/.build/x86_64-unknown-linux-gnu/release/mkarrowimg.
    let components = executable.split(separator: "/")
    if let build = components.suffix(4).lastIndex(where: { $0.hasPrefix(".build") }) {
      return ["/\(components[..<build].joined(separator: "/"))/.build/guest"]
    }
    return ["\(prefix)/.build/guest", "\(prefix)/lib/arrow"]
  }

  private static var executable: String { Files.realPath("/proc/self/exe") ?? "" }
}
