import ArrowHost
import FoundationEssentials

/// How pip is to resolve what an application requires.
struct ResolutionRequest {
  /// The Python that C code is built for.
  var linkage: Linkage
  /// Wheels to be taken as if the Python could load them.
  var wheels = WheelLibraries.none
  /// `NAME==VERSION`: kept where that is possible, or, if `isPinned`, in any case.
  var pins: [String] = []
  var isPinned = false
  /// A file for the pins of all packages of which there are sources.
  var sourcesFile: String?
  /// Packages that are built from their sources even where there are wheels.
  var fromSources: [String] = []

  func resolve(_ declaration: Declaration, _ work: Workplace) async throws -> Resolution {
    let file = "\(work.folder)/report.json"
    var words = ["install", "--dry-run", "--ignore-installed", "--report", file]
    words += ["--requirement", try list(declaration.lines, "requirements.txt", work)]
    if !declaration.constraints.isEmpty {
      words += ["--constraint", try list(declaration.constraints, "declared-constraints.txt", work)]
    }
    // A file with hashes lists all there is; and a folder has no hash.
    if !declaration.hasHashes {
      for (project, folder) in zip(declaration.projects, try LocalProjects.copies(declaration, in: work.folder)) {
        words.append(folder + (project.extras.isEmpty ? "" : "[\(project.extras.joined(separator: ","))]"))
      }
    }
    if !fromSources.isEmpty { words += ["--no-binary", fromSources.joined(separator: ",")] }
    let action = "resolve what \(work.application.name) requires"
    if !pins.isEmpty {
      let outcome = try await run(words + ["--constraint", try list(pins, "constraints.txt", work)], work)
      if outcome.isSuccess { return try read(file, outcome, work) }
      if isPinned { throw PipFailure(outcome, action) }
    }
    let outcome = try await run(words, work)
    guard outcome.isSuccess else { throw PipFailure(outcome, action) }
    return try read(file, outcome, work)
  }

  private func run(_ words: [String], _ work: Workplace) async throws(HostError) -> Outcome {
    try await PipRun(arguments: words, linkage: linkage, wheels: wheels, variables: try limits(work)).run(work)
  }

  /// A file with a line for each.
  private func list(_ lines: [String], _ name: String, _ work: Workplace) throws(HostError) -> String {
    let path = "\(work.folder)/\(name)"
    try Files.remove(path)
    try Files.create(path, contents: Array(lines.joined(separator: "\n").utf8), mode: 0o600)
    return path
  }

  private func limits(_ work: Workplace) throws(HostError) -> [String: String] {
    if fromSources.isEmpty { return sourcesFile.map { ["ARROW_SOURCES": $0] } ?? [:] }
    // Only a variable reaches the environments that pip makes for build tools.
    let constraint = try list(BuildTools.blocked.map { $0 + "<0" }, "blocked.txt", work)
    return ["PIP_CONSTRAINT": constraint, "ARROW_SOURCE_LIMIT": "\(BuildTools.sourceLimit)"]
  }

  private func read(_ file: String, _ outcome: Outcome, _ work: Workplace) throws -> Resolution {
    for line in Set(outcome.errors.split(separator: "\n")).sorted() {
      if let extra = line.firstMatch(of: #/^WARNING: (.* does not provide the extra .*)/#) {
        work.log.warn(String(extra.1))
      }
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Resolution.self, from: Data(Files.contents(of: file)))
  }
}
