import ArrowSpec

/// The kernel's audit tells what the task's seccomp filter refuses (SECCOMP_FILTER_FLAG_LOG).
enum ListenToAudit {
  /// -1 where the kernel has no audit, which only a record of all system calls can't do without.
  static func listen(for task: Task, _ log: Log, _ linux: some Linux) throws(BootError) -> Int32 {
    do {
      return try linux.openAudit()
    } catch {
      if task.spec.recordsSystemCalls { throw BootError(cannot: "listen to the kernel's audit", error) }
      log.info("no audit, so refusals of the seccomp filter are not told: \(error.text)", linux)
      return -1
    }
  }
}
