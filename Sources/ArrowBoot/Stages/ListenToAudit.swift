import ArrowSpec

/// Listens to the kernel's audit, which tells what the task's seccomp filter refuses (SECCOMP_FILTER_FLAG_LOG).
enum ListenToAudit {
  /// `nil` where the kernel has no audit. That is an error only where all system calls are to be recorded.
  static func listen(for task: Task, _ log: Log, _ linux: some Linux) throws(BootError) -> Int32? {
    do {
      return try linux.openAudit()
    } catch {
      if task.spec.recordsSystemCalls { throw BootError(cannot: "listen to the kernel's audit", error) }
      log.info("no audit, so refusals of the seccomp filter are not told: \(error.text)", linux)
      return nil
    }
  }
}
