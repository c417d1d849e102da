import ArrowSpec

/// Reads what the kernel command line asks for.
enum ReadCommandLine {
  static func read(_ linux: some Linux) throws(BootError) -> KernelCommandLine {
    let text = try must("read /proc/cmdline", linux.contents(of: "/proc/cmdline"))
    do {
      return try KernelCommandLine(text)
    } catch {
      throw BootError("kernel command line: \(error.message)", hint: error.hint)
    }
  }
}
