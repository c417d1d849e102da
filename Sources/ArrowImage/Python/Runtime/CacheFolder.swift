import ArrowHost
import Glibc

/// `$XDG_CACHE_HOME/arrow`. Everything in it can be made again.
enum CacheFolder {
  static var path: String {
    // The XDG specification has an empty or a relative path ignored.
    if let folder = getenv("XDG_CACHE_HOME").map({ String(cString: $0) }), folder.hasPrefix("/") {
      return folder + "/arrow"
    }
    return (getenv("HOME").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp") + "/.cache/arrow"
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
