/// What `mkarrowimg build` was asked for.
public struct BuildRequest: Sendable {
  public var pieces: String
  public var output: String
  public var defaultArrow: String?
  /// `nil`: the one that came with this program.
  public var kernel: String?
  public var arrowInit: String?
  /// Whether a hash tree for dm-verity is appended to the pieces.
  public var hasVerity = false

  public init(
    pieces: String, output: String, defaultArrow: String? = nil, kernel: String? = nil, arrowInit: String? = nil,
    hasVerity: Bool = false
  ) {
    self.pieces = pieces
    self.output = output
    self.defaultArrow = defaultArrow
    self.kernel = kernel
    self.arrowInit = arrowInit
    self.hasVerity = hasVerity
  }
}
