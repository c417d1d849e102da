import ArrowHost

/// Where pip is, and how it is started. image/pip pins it, and a Python of the pieces runs it.
struct PipHome {
  /// Holds the package `pip`.
  var folder: String
  /// Our own programs, which import pip's modules.
  var programs: ProgramFolder

  static func find(_ folder: String?) throws(HostError) -> PipHome {
    let candidates = folder.map { [$0] } ?? ProgramHome.candidates().map { "\($0)/pip" }
    for candidate in candidates where try Files.status(of: "\(candidate)/pip/__main__.py") != nil {
      return PipHome(folder: try Files.resolved(candidate), programs: try ProgramFolder())
    }
    throw HostError(
      "there is no pip: looked for \(candidates.joined(separator: " and "))",
      hint: "make image brings it; or name a folder with the package pip: --pip FOLDER")
  }

  /// Runs one of our own programs. pip's folder is in the environment, because the programs that pip starts need it,
  /// too.
  func run(
    _ program: PythonProgram, _ arguments: [String], with python: PythonRuntime, in folder: String,
    adding variables: [String: String] = [:], handsOnUser: Bool = false
  ) async throws(HostError) -> Outcome {
    try await python.run(
      [programs.path, program.rawValue] + arguments, in: folder,
      adding: variables.merging(["PYTHONPATH": self.folder]) { $1 }, handsOnUser: handsOnUser)
  }
}
