import ArrowHost
import ArrowSpec
import FoundationEssentials

/// What an application says about itself in requirements.txt, pyproject.toml or a script's inline metadata; read by
/// pip's and Python's own parsers (Programs/requirements.py, Programs/declaration.py).
struct Declaration: Codable {
  /// The project's name and version; empty where there is none.
  var name: String
  var version: String?
  /// The Python to use, of those the application may run on.
  var python: String
  /// What it requires, as lines of requirements files for pip, which hold wherever pip works; and where pip is to look.
  var lines: [String]
  var constraints: [String]
  var options: [String]
  /// What pip is told besides, of its user's own settings, as variables; and what to tell the user.
  var settings: [String: String]
  var notes: [String]
  /// Address: who asks there, `${TOKEN}`. pip leaves it out where it says what it has found.
  var users: [String: String]
  /// Folders that are built and installed like any other package: the application itself, and what it names.
  var projects: [LocalProject]
  /// requirements.txt has hashes, so it lists all there is.
  var hasHashes: Bool
  /// It has a build system: pip builds and installs it like any other package.
  var isBuilt: Bool
  /// `[project.scripts]`
  var scripts: [String: String]
  var hasDependencies: Bool
  /// Of all that the lock file is made from.
  var fingerprint: String
  /// An `arrow_spec.json` for an application without one.
  var spec: String?

  /// What the arrow is started with where the application has no spec.
  var ownSpec: Spec? { spec.flatMap { text in try? Spec(JSONDocument(Array(text.utf8))) } }

  /// Whether the environment gets commands even without any package.
  var hasCommands: Bool { isBuilt || !scripts.isEmpty }

  /// `./lib[extra]`
  struct LocalProject: Codable {
    /// Absolute.
    var path: String
    var extras: [String]
  }

  private struct Failure: Codable {
    struct Finding: Codable {
      var message: String
      var place: String?
      var hint: String?
    }
    var error: Finding
  }

  /// Refuses what `[tool.arrow]` says and no `arrow_spec.json` could.
  private func checkSpec(of application: Application) throws {
    guard let spec else { return }
    do {
      _ = try Spec(JSONDocument(Array(spec.utf8)))
    } catch let error as SpecError {
      throw InputErrors(findings: [
        Finding(
          "[tool.arrow]: \(error.message)",
          place: application.isScript ? application.path : "\(application.path)/pyproject.toml", hint: error.hint)
      ])
    }
  }

  static func read(_ application: Application, _ pythons: [PythonRuntime], _ pip: PipHome) async throws -> Declaration {
    // Any of them can read it. The declaration says which of them is to run the application.
    let reader = pythons[pythons.count - 1]
    let outcome = try await pip.run(
      .declaration,
      [application.absolutePath, application.binary == nil ? "none" : "spec"] + pythons.map(\.number), with: reader,
      in: Files.realPath(".") ?? "/", handsOnUser: true)
    let output = Data(outcome.output.utf8)
    if outcome.isSuccess, let declaration = try? JSONDecoder().decode(Declaration.self, from: output) {
      try declaration.checkSpec(of: application)
      return declaration
    }
    guard let failure = try? JSONDecoder().decode(Failure.self, from: output) else {
      throw HostError("cannot read what \(application.path) requires\(lastLines(of: outcome.errors, saidBy: "python"))")
    }
    // The user's words for the place, not ours.
    let place = failure.error.place?.replacing(application.absolutePath, with: application.path)
    let message = failure.error.message.replacing(application.absolutePath, with: application.path)
    throw InputErrors(findings: [Finding(message, place: place, hint: failure.error.hint)])
  }
}
