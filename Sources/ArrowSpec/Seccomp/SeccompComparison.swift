/// How a rule compares an argument of a system call with its values.
public enum SeccompComparison: Equatable, Sendable {
  case notEqual, less, lessOrEqual, equal, greaterOrEqual, greater
  /// The argument, masked with the first value, is the second.
  case maskedEqual

  /// As profiles write them.
  static let names: [(name: String, value: SeccompComparison)] = [
    ("SCMP_CMP_NE", .notEqual), ("SCMP_CMP_LT", .less), ("SCMP_CMP_LE", .lessOrEqual), ("SCMP_CMP_EQ", .equal),
    ("SCMP_CMP_GE", .greaterOrEqual), ("SCMP_CMP_GT", .greater), ("SCMP_CMP_MASKED_EQ", .maskedEqual),
  ]
}
