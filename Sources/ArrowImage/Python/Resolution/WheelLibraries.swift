/// Wheels with shared libraries in them that pip takes as if the Python could load them.
enum WheelLibraries: String {
  case none = ""
  case musl
  /// What no Python of ours can load, but a message can name.
  case muslAndGlibc = "musl,glibc"
}

extension Linkage {
  /// The wheels for an arrow that runs on such a Python.
  var wheels: WheelLibraries { self == .loaded ? .musl : .none }
}
