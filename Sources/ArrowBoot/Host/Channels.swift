/// The ways to the host apart from the ``Console``. Each is `nil` where the host does not offer it.
struct Channels {
  var stdin: Int32?
  var stdout: Int32?
  var stderr: Int32?
  var events: Int32?
  var control: Int32?
  /// Whether the console is the task's terminal.
  var hasTerminal = false
}
