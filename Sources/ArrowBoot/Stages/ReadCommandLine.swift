import ArrowSpec

/// Reads what the kernel command line asks for.
enum ReadCommandLine {
  static func read(_ linux: some Linux) throws(BootError) -> KernelCommandLine {
    let text = try must("read /proc/cmdline", linux.contents(of: "/proc/cmdline"))
    // The kernel keeps so many bytes, and says nothing about the rest.
    guard text.prefix(while: { $0 != UInt8(ascii: "\n") }).count < KernelCommandLine.maximumSize else {
      throw BootError(
        "the kernel command line may have been cut: it has all \(KernelCommandLine.maximumSize) bytes that the kernel keeps",
        hint: "shorten it: what is cut off, such as arrow.verity=, would not count")
    }
    do {
      return try KernelCommandLine(text)
    } catch {
      throw BootError("kernel command line: \(error.message)", hint: error.hint)
    }
  }
}
