import ArrowSpec

/// Starts the task, confined. The child tells through a pipe what failed; when it closes without a word, exec has
/// succeeded.
enum StartTask {
  /// The task's process id, which is its process group and session as well.
  static func start(_ arrow: PreparedArrow, _ linux: some Linux) throws(BootError) -> Int32 {
    let program = try program(of: arrow.task, linux)
    let report = try must("make a pipe") { () throws(Errno) in try linux.pipe() }
    defer { linux.close(report.read) }
    let pid = try must("fork") { () throws(Errno) in try linux.fork() }
    if pid == 0 {
      let report = outOfTheWay(report.write, linux)
      do {
        try become(arrow, program, linux)
      } catch {
        _ = try? linux.write([UInt8(error.code)] + Array(error.message.utf8)[...], to: report)
      }
      linux.exit(ExitCode.failure)
    }
    linux.close(report.write)
    let failure = try must("hear from the task") { () throws(Errno) in try linux.read(report.read, atMost: 512) }
    guard let code = failure.first else { return pid }
    throw BootError(String(decoding: failure.dropFirst(), as: UTF8.self), code: Int32(code))
  }

  /// The pipe's end where the task's three descriptors don't replace it.
  private static func outOfTheWay(_ descriptor: Int32, _ linux: some Linux) -> Int32 {
    let target = Confine.outOfTheWay + 3
    return (try? linux.duplicate(descriptor, to: target, closeOnExec: true)) == nil ? descriptor : target
  }

  /// The path of `process.cmd`, as the task sees it: in one of the folders for commands, or absolute.
  static func program(of task: Task, _ linux: some Linux) throws(BootError) -> String {
    let cmd = task.spec.process.cmd
    let candidates = task.commands.map { "\($0)/\(cmd)" } + (cmd.utf8.first == 0x2F ? [cmd] : [])
    for path in candidates {
      let mode = try must("look for \(path)") { () throws(Errno) in
        try linux.find(inTask: path).map { path throws(Errno) in try linux.fileMode(path) }
      }
      guard let mode else { continue }
      if FileMode.isFolder(mode) {
        throw BootError(cannot: "execute \(path)", .isFolder, code: ExitCode.notExecutable)
      }
      return path
    }
    var known = task.commands.flatMap { (try? linux.names(in: taskRoot + $0)) ?? [] }
    // A link that leads nowhere is there by its name.
    known.removeAll { $0.hasSameBytes(as: cmd) }
    throw BootError("no such command: \"\(cmd)\"", hint: nameHint(cmd, among: known), code: ExitCode.notFound)
  }

  /// From here to exec the child loses one thing after the other; the order matters.
  private static func become(_ arrow: PreparedArrow, _ program: String, _ linux: some Linux) throws(BootError) {
    let spec = arrow.task.spec
    let process = spec.process
    try must("start a session") { () throws(Errno) in try linux.newSession() }
    try must("enter the cgroup") { () throws(Errno) in
      try linux.write("0", into: "\(Cgroup.folder)/cgroup.procs")
    }
    try must("set oom_score_adj") { () throws(Errno) in
      try linux.write(String(process.oomScoreAdj ?? 0), into: "/proc/self/oom_score_adj")
    }
    try Confine.setDescriptors(arrow.channels, for: process, linux)
    try Confine.enterRoot(arrow.task, linux)
    try Confine.setLimits(process, linux)
    try must("restore signals") { () throws(Errno) in try linux.restoreSignals() }
    // The filter comes last, so that it need not allow what only arrow-init does; but without no_new_privs the kernel
    // takes one from the privileged only (seccomp(2)).
    if !process.noNewPrivileges { try Confine.loadFilter(arrow.task.filter, linux) }
    try Confine.dropPrivileges(process, linux)
    if process.noNewPrivileges { try Confine.loadFilter(arrow.task.filter, linux) }
    do {
      try linux.execute(program, process.args, environment: arrow.task.environment)
    } catch {
      // It is there: what is not is the interpreter it names.
      let what = error == .noEntry ? "find what \(program) runs under" : "execute \(program)"
      throw BootError(cannot: what, error, code: ExitCode.notExecutable)
    }
  }
}
