/// A message and, on a second line, what to do about it: the form of every error of Arrow's tools.
public func withHint(_ message: String, _ hint: String?) -> String {
  guard let hint else { return message }
  return message + "\n  hint: " + hint
}
