/// Why `name` can't be the name of an arrow or a binary, if it can't.
public func problemWithName(_ name: String) -> String? {
  if name.utf8.isEmpty { return "is empty" }
  if name.utf8.count > 255 { return "is longer than 255 bytes" }
  if name.utf8.first == UInt8(ascii: ".") { return "begins with a dot" }
  for byte in name.utf8 where byte == UInt8(ascii: "/") || byte < 0x20 || byte == 0x7F {
    return byte == UInt8(ascii: "/") ? "has a '/' in it" : "has a control character in it"
  }
  return nil
}
