import ArrowHost
import CHost
import Glibc
import Synchronization

/// A child process, started by fork and exec (CHost).
final class ForkedProcess: Sendable {
  let process: ProcessDescriptor
  private let status = Mutex<Int32?>(nil)

  private init(_ process: ProcessDescriptor) { self.process = process }

  /// `output` gets stdout and stderr. With `diesWithCaller` the child is killed when the calling thread ends, however
  /// it ends: call it on the main thread.
  static func start(_ words: [String], folder: Int32, output: Int32, diesWithCaller: Bool) throws -> ForkedProcess {
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    let pid = arguments.withUnsafeMutableBufferPointer { arguments in
      var spawn = host_spawn(
        path: arguments[0], arguments: arguments.baseAddress, folder: folder, output: output,
        dies_with_parent: diesWithCaller ? 1 : 0)
      return host_spawn(&spawn)
    }
    guard pid > 0 else { throw HostError("cannot start \(words[0]): \(systemText(-pid))") }
    do {
      return ForkedProcess(try ProcessDescriptor(pid, of: words[0]))
    } catch {
      Glibc.kill(pid, SIGKILL)
      throw error
    }
  }

  /// Waits for its end. The result is its exit status, or 128 plus the signal that ended it.
  func end() -> Int32 {
    status.withLock { known in
      if let known { return known }
      var status: Int32 = 0
      while waitpid(process.pid, &status, 0) < 0, errno == EINTR {}
      let end = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
      known = end
      return end
    }
  }
}
