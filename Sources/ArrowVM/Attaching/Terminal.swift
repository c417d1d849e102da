import ArrowHost
import ArrowSpec
import Glibc

/// The user's terminal. It is raw while it is the task's.
final class Terminal {
  private var saved = termios()
  private let descriptor: Int32

  /// `nil` when the descriptor is no terminal.
  init?(_ descriptor: Int32) {
    guard tcgetattr(descriptor, &saved) == 0 else { return nil }
    self.descriptor = descriptor
  }

  static func ofStdin() throws -> Terminal {
    if let terminal = Terminal(0) { return terminal }
    throw HostError("stdin is not a terminal", hint: "-t is for terminals only")
  }

  /// `nil` when the terminal does not know.
  var size: Spec.ConsoleSize? {
    var window = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_row > 0, window.ws_col > 0 else { return nil }
    return .init(height: window.ws_row, width: window.ws_col)
  }

  func makeRaw() {
    var raw = saved
    cfmakeraw(&raw)
    tcsetattr(descriptor, TCSANOW, &raw)
  }

  func restore() { tcsetattr(descriptor, TCSADRAIN, &saved) }
}

extension ShotRequest {
  /// The task gets a terminal, as large as the user's own where actrl is on one.
  public mutating func takeTerminal() {
    terminal = true
    consoleSize = Terminal(0)?.size
  }
}
