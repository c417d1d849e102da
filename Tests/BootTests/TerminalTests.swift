import Testing

/// `process.terminal`, with a terminal in front of actrl: a pseudo terminal that Python's pty makes.
@Suite("A terminal", .needsImage)
struct TerminalTests {
  @Test("the task's window is as large as actrl's terminal, and follows it")
  func window() async throws {
    let bench = Bench()
    try bench.write(
      """
      import os, signal, sys, time
      # Not print(), which a signal may not interrupt with another print().
      def tell(*_): os.write(1, b"window %d %d\\n" % os.get_terminal_size())
      signal.signal(signal.SIGWINCH, tell)
      print("terminal", os.isatty(0), flush=True)
      while True:
          tell()
          time.sleep(0.5)
      """, to: "task")
    try bench.write(
      """
      import fcntl, os, pty, signal, struct, sys, termios, time
      pid, terminal = pty.fork()
      if pid == 0:
          time.sleep(0.2)
          os.execv(sys.argv[1], sys.argv[1:])
      def resize(rows, columns): fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
      resize(33, 101)
      seen, end = "", time.time() + 50
      def wait_for(text):
          global seen
          while text not in seen:
              if time.time() > end: sys.exit("no " + text + " in " + seen)
              seen += os.read(terminal, 4096).decode()
      wait_for("window ")
      wait_for("\\n")
      if "window 101 33" not in seen: sys.exit("not as large from the start: " + seen)
      resize(50, 120)
      wait_for("window 120 50")
      wait_for("terminal True")
      os.write(terminal, b"\\x1d")
      try:
          while os.read(terminal, 4096): pass
      except OSError: pass
      """, to: "host")
    let end = try await bench.shell(
      #"""
      timeout 55 python3 host "$actrl" run -t --accel tcg --name vm python python -c "$(cat task)"
      """#)
    #expect(end.code == 0, "\(end.stdout)\(end.stderr)")
  }
}
