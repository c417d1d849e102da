/// The parts of a path between its slashes, without `.`, which means nothing.
func pathComponents(_ path: String) -> [Substring.UTF8View] {
  path.utf8.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }.map { $0 }
}
