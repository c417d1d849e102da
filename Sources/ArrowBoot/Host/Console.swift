import ArrowSpec

/// Where people read what arrow-init has to say, and the task its stdin and stdout.
///
/// It is opened anew each time: when a session ends whose terminal it is, the kernel hangs up every descriptor of it
/// (tty_vhangup), one that PID 1 kept as well.
enum Console {
  /// The first that can be opened; before anything is mounted that is the initrd's own /dev/console.
  private static let paths = ["/dev/hvc0", "/dev/console", "/dev/null"]

  static func open(_ flags: OpenFlags, _ linux: some Linux) -> (path: String, descriptor: Int32)? {
    for path in paths {
      if let descriptor = try? linux.open(path, flags.union(.noControlTerminal)) { return (path, descriptor) }
    }
    return nil
  }

  /// Waits until all that was written is out: a serial port takes its time, and what it holds is lost with the machine.
  static func drain(_ linux: some Linux) {
    guard let console = open([.write, .nonBlocking], linux) else { return }
    linux.drain(terminal: console.descriptor)
    linux.close(console.descriptor)
  }

  /// The task's job in the foreground hears of it (SIGWINCH).
  static func setWindow(rows: UInt16, columns: UInt16, _ linux: some Linux) {
    guard let console = open([.write, .nonBlocking], linux) else { return }
    try? linux.setWindow(terminal: console.descriptor, rows: rows, columns: columns)
    linux.close(console.descriptor)
  }

  /// What can't be said is lost: a terminal that somebody has stopped must not stop PID 1. Lines end as they are written,
  /// but for a task's terminal, where they begin at the left.
  static func say(_ text: String, isTerminal: Bool, _ linux: some Linux) {
    guard let console = open([.write, .nonBlocking], linux) else { return }
    if !isTerminal { try? linux.makeRaw(terminal: console.descriptor) }
    _ = try? linux.writeAll(Array("arrow-init: \(text)\n".utf8), to: console.descriptor)
    linux.drain(terminal: console.descriptor)
    linux.close(console.descriptor)
  }
}
