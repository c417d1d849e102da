extension String {
  /// Whether the two are the same bytes. `==` compares by Unicode's rules, whose tables would be a tenth of arrow-init.
  public func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
