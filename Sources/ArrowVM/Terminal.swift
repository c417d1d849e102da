import Glibc

/// The user's terminal, raw while the task has it.
final class Terminal {
  private var saved = termios()
  private let descriptor: Int32

  /// `nil` when it is none.
  init?(_ descriptor: Int32) {
    guard tcgetattr(descriptor, &saved) == 0 else { return nil }
    self.descriptor = descriptor
  }

  func makeRaw() {
    var raw = saved
    cfmakeraw(&raw)
    tcsetattr(descriptor, TCSANOW, &raw)
  }

  func restore() { tcsetattr(descriptor, TCSADRAIN, &saved) }
}
