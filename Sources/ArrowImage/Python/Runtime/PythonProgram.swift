/// Our own programs in Python, which import what pip is made of. They are modules of one folder (Programs/) and import
/// each other.
enum PythonProgram: String {
  /// Reads what an application declares.
  case declaration
  case pip = "run_pip"
  /// Compiles an application's own code.
  case sources
  /// Installs wheels into an environment.
  case install
  /// Makes an application's commands.
  case entryPoints = "entrypoints"
}
