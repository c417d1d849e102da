import ArrowHost

/// Byte code beside the sources, so that no start in the guest compiles anything: the image can't be written.
enum ByteCode {
  /// The application's own. Each import compares the source with the hash in the byte code: an arrow's files may be
  /// edited where they lie, and what was compiled before is then passed over.
  static func compileApplication(in folder: String, _ work: Workplace) async throws(HostError) {
    let outcome = try await compile(folder, as: work.application.guestFolder, mode: "checked-hash", work.python)
    for line in outcome.output.split(whereSeparator: \.isNewline) where line.contains("Error: ") {
      work.log.warn(String(line).replacing(folder + "/", with: ""))
    }
  }

  /// That of packages. Nobody edits them, so nothing is compared.
  static func compilePackages(
    in folder: String, as guestFolder: String, _ work: Workplace, below part: String = "."
  ) async throws(HostError) {
    // A package may bring a file for another version of Python, or a template that is none.
    _ = try await compile(folder, as: guestFolder, mode: "unchecked-hash", work.python, below: part)
  }

  /// A whole Arrow Binary's library.
  static func compileLibrary(of python: PythonRuntime, as guestFolder: String) async throws(HostError) {
    _ = try await compile(python.folder, as: guestFolder, mode: "unchecked-hash", python, below: "lib")
  }

  /// In one process, which sees the files in one order: what is in byte code depends on what was compiled before.
  private static func compile(
    _ folder: String, as guestFolder: String, mode: String, _ python: PythonRuntime, below part: String = "."
  ) async throws(HostError) -> Outcome {
    let outcome = try await python.run(
      ["-B", "-m", "compileall", "-q", "-j1", "--invalidation-mode", mode, "-s", folder, "-p", guestFolder, part],
      in: folder, adding: ["PYTHONPYCACHEPREFIX": ""])
    // What can't be compiled is told on stdout; this is the compiler itself.
    if !outcome.isSuccess && !outcome.errors.isEmpty {
      throw HostError("cannot make byte code in \(folder)\(quoted(outcome.errors, by: "python"))")
    }
    return outcome
  }
}
