extension String {
  /// Whether the two are the same bytes. `==` asks Unicode whether they mean the same, and brings its tables along: a
  /// tenth of arrow-init.
  public func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
