import ArrowHost
import CHost
import Glibc

/// fork and exec, as CHost does them.
enum ForkedProcess {
  /// With `diesWithCaller` the child is killed when the calling thread ends, however it ends: call it on the main thread.
  static func start(_ words: [String], folder: Int32, output: Int32, keeping kept: [Int32], diesWithCaller: Bool) throws
    -> pid_t
  {
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    let pid = arguments.withUnsafeMutableBufferPointer { arguments in
      kept.withUnsafeBufferPointer { kept in
        var spawn = host_spawn(
          path: arguments[0], arguments: arguments.baseAddress, folder: folder, output: output,
          kept: kept.baseAddress, kept_count: Int32(kept.count), dies_with_parent: diesWithCaller ? 1 : 0)
        return host_spawn(&spawn)
      }
    }
    guard pid > 0 else { throw HostError("cannot start \(words[0]): \(systemText(-pid))") }
    return pid
  }

  /// Waits for the child: its exit status, or 128 and the signal that ended it.
  static func status(of pid: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }
}
