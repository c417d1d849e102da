import ArrowHost

/// Byte code beside the sources. The image is read-only, so without it every start in the guest would compile anew.
enum ByteCode {
  /// Compiles an application's own code. Each import compares the source with the hash in the byte code, because an
  /// arrow's files may be edited where they lie: outdated byte code is then passed over.
  ///
  /// Returns what is wrong with files that can't be compiled.
  static func compileApplication(
    in folder: String, as guestFolder: String, _ python: PythonRuntime
  ) async throws(HostError) -> [String] {
    let outcome = try await compile(folder, as: guestFolder, mode: "checked-hash", python)
    return outcome.output.split(whereSeparator: \.isNewline).filter { $0.contains("Error: ") }
      .map { String($0).replacing(folder + "/", with: "") }
  }

  /// Compiles packages. Their files are not edited, so an import compares nothing.
  static func compilePackages(
    in folder: String, as guestFolder: String, _ python: PythonRuntime, below part: String = "."
  ) async throws(HostError) {
    // A package may bring files that can't be compiled: for another version of Python, or templates.
    _ = try await compile(folder, as: guestFolder, mode: "unchecked-hash", python, below: part)
  }

  /// Compiles a whole Arrow Binary's library.
  static func compileLibrary(of python: PythonRuntime, as guestFolder: String) async throws(HostError) {
    _ = try await compile(python.folder, as: guestFolder, mode: "unchecked-hash", python, below: "lib")
  }

  /// Compiles in one process, which sees the files in one order: byte code depends on what was compiled before it.
  private static func compile(
    _ folder: String, as guestFolder: String, mode: String, _ python: PythonRuntime, below part: String = "."
  ) async throws(HostError) -> Outcome {
    let outcome = try await python.run(
      ["-B", "-m", "compileall", "-q", "-j1", "--invalidation-mode", mode, "-s", folder, "-p", guestFolder, part],
      in: folder, adding: ["PYTHONPYCACHEPREFIX": ""])
    // Files that can't be compiled are listed on stdout. On stderr the compiler itself has failed.
    if !outcome.isSuccess && !outcome.errors.isEmpty {
      throw HostError("cannot make byte code in \(folder)\(lastLines(of: outcome.errors, saidBy: "python"))")
    }
    return outcome
  }
}
