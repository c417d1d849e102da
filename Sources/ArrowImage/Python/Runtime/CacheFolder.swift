import ArrowHost
import Glibc

/// `$XDG_CACHE_HOME/arrow`. Everything in it can be made again.
enum CacheFolder {
  static var path: String {
    (absolute("XDG_CACHE_HOME") ?? (absolute("HOME") ?? "/tmp") + "/.cache") + "/arrow"
  }

  /// XDG's rule: a path that does not begin with / counts as none.
  private static func absolute(_ variable: String) -> String? {
    getenv(variable).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
  }

  /// The folder `name` in it, made if it is not there.
  static func folder(_ name: String) throws(HostError) -> String {
    let whole = "\(path)/\(name)"
    let parts = whole.split(separator: "/")
    for count in 1...parts.count {
      let folder = "/" + parts.prefix(count).joined(separator: "/")
      if try Files.status(of: folder + "/.") == nil {
        // Another process may have made it in the meantime.
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw Files.failure("make the folder \(folder)") }
      }
    }
    return whole
  }
}
