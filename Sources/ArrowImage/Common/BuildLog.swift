/// What the user hears while mkarrowimg works.
public struct BuildLog: Sendable {
  /// The result differs from what the user wrote.
  public var warn: @Sendable (String) -> Void
  /// The result is right, but may surprise.
  public var note: @Sendable (String) -> Void
  /// A place in a file is right as it is written, and hardly what was meant.
  public var finding: @Sendable (Finding) -> Void
  /// A step begins.
  public var step: @Sendable (String) -> Void

  public init(
    warn: @escaping @Sendable (String) -> Void, note: @escaping @Sendable (String) -> Void,
    finding: @escaping @Sendable (Finding) -> Void, step: @escaping @Sendable (String) -> Void
  ) {
    self.warn = warn
    self.note = note
    self.finding = finding
    self.step = step
  }
}
