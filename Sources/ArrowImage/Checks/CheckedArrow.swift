import ArrowSpec

/// An arrow whose spec is right, with all that the image needs of it.
struct CheckedArrow {
  var name: String
  var spec: Spec
  /// The version of its binary that the spec means: the folder's name.
  var version: String
  /// BPF instructions.
  var filter: [UInt8]
  /// What its spec has and hardly means.
  var warnings: [Finding] = []
}
