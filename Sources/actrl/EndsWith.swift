/// Ends a command with this exit code and without a message.
struct EndsWith: Error {
  var code: Int32
}
