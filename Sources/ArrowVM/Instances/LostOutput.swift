import ArrowHost
import Glibc

/// What the task said and the host has not: the guest tells how many bytes it handed over, and what could be written is
/// in the file.
struct LostOutput {
  /// In the instance's folder.
  var file: String
  var stream: String
  var bytes: UInt64
}

extension Instance {
  /// Nothing before the guest has told it, at the end.
  var lostOutput: [LostOutput] {
    guard let output = events.output else { return [] }
    var handed = [(InstanceFile.stderr, "stderr", output.stderr)]
    // A terminal is one stream, from the console.
    if !record.hasTerminal { handed.insert((InstanceFile.stdout, "stdout", output.stdout), at: 0) }
    return handed.compactMap { file, stream, bytes in
      var status = stat()
      let written = stat(path(file), &status) == 0 ? UInt64(status.st_size) : 0
      return bytes > written ? LostOutput(file: file, stream: stream, bytes: bytes - written) : nil
    }
  }

  func failure(ofLost lost: [LostOutput]) -> HostError {
    let parts = lost.map { "\($0.bytes) bytes of the task's \($0.stream)" }.joined(separator: " and ")
    let own = events.exit.map { "; the task itself ended with \($0.code)" } ?? ""
    return HostError(
      "\(parts) are lost: there was no room in \(folder)", hint: "make room there, or see ulimit -f" + own)
  }

  /// The code for a task that ended with `exit`: its own, unless a part of its output is lost.
  func code(of exit: EventLog.Exit) throws -> Int32 {
    let lost = lostOutput
    if !lost.isEmpty { throw failure(ofLost: lost) }
    return exit.code
  }
}
