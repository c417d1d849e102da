import ArrowHost

/// Byte code beside the sources. The image is read-only, so without it every start in the guest would compile anew.
enum ByteCode {
  /// Compiles packages. Their files are not edited, so an import compares nothing.
  static func compilePackages(
    in folder: String, as guestFolder: String, _ python: PythonRuntime, below part: String = "."
  ) async throws(HostError) {
    // A package may bring files that can't be compiled: for another version of Python, or templates.
    try await compile(folder, as: guestFolder, python, below: part)
  }

  /// Compiles a whole Arrow Binary's library.
  static func compileLibrary(of python: PythonRuntime, as guestFolder: String) async throws(HostError) {
    try await compile(python.folder, as: guestFolder, python, below: "lib")
  }

  /// Compiles in one process, which sees the files in one order: byte code depends on what was compiled before it.
  private static func compile(
    _ folder: String, as guestFolder: String, _ python: PythonRuntime, below part: String
  ) async throws(HostError) {
    let outcome = try await python.run(
      [
        "-B", "-m", "compileall", "-q", "-j1", "--invalidation-mode", "unchecked-hash", "-s", folder, "-p", guestFolder,
        part,
      ],
      in: folder, adding: ["PYTHONPYCACHEPREFIX": ""])
    // Files that can't be compiled are listed on stdout. On stderr the compiler itself has failed.
    if !outcome.isSuccess && !outcome.errors.isEmpty {
      throw HostError("cannot make byte code in \(folder)\(lastLines(of: outcome.errors, saidBy: "python"))")
    }
  }
}
