import ArrowSpec

/// Starts the task, confined. The child reports through a pipe what failed. When the pipe closes without a word, exec
/// has succeeded.
enum StartTask {
  /// The task's process id, which is also its process group and its session.
  static func start(
    _ arrow: PreparedArrow, _ streams: inout Streams?, _ linux: some Linux
  ) throws(BootError) -> Int32 {
    let program = try program(of: arrow.task, linux)
    try must("make the task's pipes", streams?.open(for: arrow.task.spec.process.user, linux))
    let report = try must("make a pipe", linux.pipe())
    defer { linux.close(report.read) }
    let pid = try must("fork", linux.fork())
    if pid == 0 {
      let report = outOfTheWay(report.write, linux)
      do {
        try become(arrow, program, streams, linux)
      } catch {
        _ = try? linux.write([UInt8(error.code)] + Array(error.message.utf8)[...], to: report)
      }
      linux.exit(ExitCode.failure)
    }
    linux.close(report.write)
    streams?.begin(linux)
    let failure = try must("hear from the task", linux.read(report.read, atMost: 512))
    guard let code = failure.first else { return pid }
    throw BootError(String(decoding: failure.dropFirst(), as: UTF8.self), code: Int32(code))
  }

  /// Moves the pipe's end so that the task's three descriptors do not replace it.
  private static func outOfTheWay(_ descriptor: Int32, _ linux: some Linux) -> Int32 {
    let target = Confinement.outOfTheWay + 3
    return (try? linux.duplicate(descriptor, to: target, closeOnExec: true)) == nil ? descriptor : target
  }

  /// The path of `process.cmd` as the task sees it: in one of the folders for commands, or the absolute path itself.
  private static func program(of task: Task, _ linux: some Linux) throws(BootError) -> String {
    let cmd = task.spec.process.cmd
    let candidates = task.commands.map { "\($0)/\(cmd)" } + (cmd.utf8.first == UInt8(ascii: "/") ? [cmd] : [])
    for path in candidates {
      let mode = try must(
        "look for \(path)", linux.find(inTask: path).map { path throws(Errno) in try linux.fileMode(path) })
      guard let mode else { continue }
      if FileMode.isFolder(mode) {
        throw BootError(cannot: "execute \(path)", .isFolder, code: ExitCode.notExecutable)
      }
      return path
    }
    var known = task.commands.flatMap { (try? linux.names(in: TaskRoot.path + $0)) ?? [] }
    // A link that leads nowhere is among them.
    known.removeAll { $0.hasSameBytes(as: cmd) }
    throw BootError("no such command: \"\(cmd)\"", hint: nameHint(cmd, among: known), code: ExitCode.notFound)
  }

  /// What the child does from here to exec. It loses one right after the other; the order matters.
  private static func become(
    _ arrow: PreparedArrow, _ program: String, _ streams: Streams?, _ linux: some Linux
  ) throws(BootError) {
    let process = arrow.task.spec.process
    try must("start a session", linux.newSession())
    try must("enter the cgroup", linux.write("0", into: "\(Cgroup.folder)/cgroup.procs"))
    try must("set oom_score_adj", linux.write(String(process.oomScoreAdj ?? 0), into: "/proc/self/oom_score_adj"))
    try Confinement.setDescriptors(streams?.taskEnds, for: process, linux)
    try Confinement.enterRoot(arrow.task, linux)
    try Confinement.setLimits(process, linux)
    try must("restore signals", linux.restoreSignals())
    // The filter comes last, so that it need not allow what only arrow-init does. Without no_new_privs it comes before
    // the privileges go, because the kernel then takes a filter from a privileged process only (seccomp(2)).
    if !process.noNewPrivileges { try Confinement.loadFilter(arrow.task.filter, linux) }
    try Confinement.dropPrivileges(process, linux)
    if process.noNewPrivileges { try Confinement.loadFilter(arrow.task.filter, linux) }
    do {
      try linux.execute(program, process.args, environment: arrow.task.environment)
    } catch {
      // The program itself was found, so it is its interpreter that does not exist.
      let what = error == .noEntry ? "find what \(program) runs under" : "execute \(program)"
      throw BootError(cannot: what, error, code: ExitCode.notExecutable)
    }
  }
}
