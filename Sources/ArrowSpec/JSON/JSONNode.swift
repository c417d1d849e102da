public enum JSONKind: UInt8 {
  case object, array, string, number, `true`, `false`, null
}

/// One value as it stands in the source.
struct JSONNode {
  var kind: JSONKind
  /// First byte of the value, and the byte after its last.
  var start: Int
  var stop: Int
  /// Index of the first node after this one and all its children.
  var end: Int
}
