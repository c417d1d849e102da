import ArrowSpec

/// Where people read arrow-init's messages. It is also the task's terminal, and takes the streams for which the host has
/// no channel.
///
/// PID 1 opens it for each message. When a session ends whose terminal it is, the kernel hangs up every descriptor of
/// it (tty_vhangup), so PID 1 cannot keep one open.
enum Console {
  /// The first one that can be opened is used. Before anything is mounted, that is the initrd's own /dev/console.
  private static let paths = ["/dev/hvc0", "/dev/console", "/dev/null"]

  static func open(_ flags: OpenFlags, _ linux: some Linux) -> (path: String, descriptor: Int32)? {
    for path in paths {
      if let descriptor = try? linux.open(path, flags.union(.noControlTerminal)) { return (path, descriptor) }
    }
    return nil
  }

  /// Waits until everything written is out: a serial port is slow, and loses what it still holds when the machine ends.
  static func drain(_ linux: some Linux) {
    guard let console = open([.write, .nonBlocking], linux) else { return }
    linux.drain(terminal: console.descriptor)
    linux.close(console.descriptor)
  }

  /// The task's foreground job gets SIGWINCH from it.
  static func setWindow(rows: UInt16, columns: UInt16, _ linux: some Linux) {
    guard let console = open([.write, .nonBlocking], linux) else { return }
    try? linux.setWindow(terminal: console.descriptor, rows: rows, columns: columns)
    linux.close(console.descriptor)
  }

  /// Writes a line, if the console takes it: a terminal that somebody has stopped must not stop PID 1. The bytes go out
  /// as they are, except on a task's terminal, where the terminal turns the newline into CR LF.
  static func say(_ text: String, isTerminal: Bool, _ linux: some Linux) {
    guard let console = open([.write, .nonBlocking], linux) else { return }
    if !isTerminal { try? linux.makeRaw(terminal: console.descriptor) }
    _ = try? linux.writeAll(Array("arrow-init: \(text)\n".utf8), to: console.descriptor)
    linux.drain(terminal: console.descriptor)
    linux.close(console.descriptor)
  }
}
