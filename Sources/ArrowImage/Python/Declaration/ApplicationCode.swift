import ArrowHost
import FoundationEssentials

/// The application's own Python files.
enum ApplicationCode {
  /// What Python can't compile (Programs/sources.py).
  private struct Mistake: Codable {
    /// Relative to the application.
    var path: String
    var line: Int
    var column: Int
    var message: String
    /// A program can import the file, or is started with it.
    var isMet: Bool
  }

  /// Makes the byte code of the application's copy in `folder`. Refuses files that a program would fail at; says which
  /// others can't be compiled.
  static func compile(
    in folder: String, _ application: Application, _ declaration: Declaration, _ python: PythonRuntime, _ pip: PipHome,
    _ log: BuildLog
  ) async throws {
    let started = (application.spec ?? declaration.ownSpec)?.process.args ?? []
    let outcome = try await pip.run(
      .sources, [folder, application.guestFolder] + started, with: python, in: folder)
    guard outcome.isSuccess, let mistakes = try? JSONDecoder().decode([Mistake].self, from: Data(outcome.output.utf8))
    else {
      throw HostError("cannot make byte code in \(folder)\(lastLines(of: outcome.errors, saidBy: "python"))")
    }
    var findings: [Finding] = []
    for mistake in mistakes {
      let file = application.isScript ? application.path : "\(application.path)/\(mistake.path)"
      let place = "\(file):\(mistake.line):\(mistake.column)"
      if mistake.isMet {
        findings.append(
          Finding(
            mistake.message, place: place,
            hint: application.isScript
              ? nil : "a file that is no code for Python \(python.short) can be left out: see .arrowignore"))
      } else {
        log.warn("\(place): \(mistake.message)")
      }
    }
    try InputErrors.throwIfAny(findings)
  }
}
