extension TargetMachine {
  /// The machine that mkarrowimg makes images for.
  static let target = amd64
}
