/// How a Python comes by modules in C.
public enum Linkage: String, Sendable {
  /// They are linked into the program. The way of the static Python.
  case builtIn
  /// They are loaded from wheels for musl. The way of python-dynamic.
  case loaded
}
