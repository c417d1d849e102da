/// The names with commas between them.
public func joined(_ names: [String]) -> String {
  var text = ""
  for name in names { text += text.isEmpty ? name : ", " + name }
  return text
}
