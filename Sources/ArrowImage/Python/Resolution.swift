import ArrowHost
import FoundationEssentials

/// pip's answer to what is required (its "installation report", version 1).
struct Resolution: Codable {
  struct Package: Codable {
    struct Download: Codable {
      struct Archive: Codable { var hashes: [String: String]? }
      struct Repository: Codable {
        var vcs: String
        var commitId: String
      }
      struct Anything: Codable {}
      var url: String
      var archiveInfo: Archive?
      var vcsInfo: Repository?
      var dirInfo: Anything?
      var subdirectory: String?
    }
    struct Metadata: Codable {
      var name: String
      var version: String
    }
    var downloadInfo: Download
    var isDirect: Bool
    var metadata: Metadata
  }
  var install: [Package]

  /// How pip is to resolve.
  struct Request {
    /// Wheels to be taken as if the Python could load them.
    var wheels = WheelLibraries.none
    /// `NAME==VERSION`: held on to where that is possible, or in any case.
    var pins: [String] = []
    var isPinned = false
    /// Built of their sources, whatever wheels there are.
    var fromSources: [String] = []
  }

  /// Lets pip resolve.
  static func resolve(_ declaration: Declaration, _ request: Request, _ work: Workplace) async throws -> Resolution {
    let file = "\(work.folder)/report.json"
    var words = ["install", "--dry-run", "--ignore-installed", "--report", file]
    words += ["--requirement", try list(declaration.lines, "requirements.txt", work)]
    if !declaration.constraints.isEmpty {
      words += ["--constraint", try list(declaration.constraints, "declared-constraints.txt", work)]
    }
    // A file with hashes lists all there is; and a folder has no hash.
    if !declaration.hasHashes {
      for (project, folder) in zip(declaration.projects, try LocalProjects.copies(declaration, work)) {
        words.append(folder + (project.extras.isEmpty ? "" : "[\(project.extras.joined(separator: ","))]"))
      }
    }
    if !request.fromSources.isEmpty { words += ["--no-binary", request.fromSources.joined(separator: ",")] }
    let (application, folder) = (work.application, work.application.codeFolder)
    if !request.pins.isEmpty {
      let pinned = words + ["--constraint", try list(request.pins, "constraints.txt", work)]
      let outcome = try await work.pip.pip(
        pinned, takingWheels: request.wheels, adding: try blocked(request, work), in: folder, work)
      if outcome.isSuccess { return try read(file, outcome, work) }
      if request.isPinned { throw PipFailure(outcome, "resolve what \(application.name) requires") }
    }
    let outcome = try await work.pip.pip(
      words, takingWheels: request.wheels, adding: try blocked(request, work), in: folder, work)
    guard outcome.isSuccess else { throw PipFailure(outcome, "resolve what \(application.name) requires") }
    return try read(file, outcome, work)
  }

  /// A file with a line for each.
  static func list(_ lines: [String], _ name: String, _ work: Workplace) throws(HostError) -> String {
    let path = "\(work.folder)/\(name)"
    try Files.remove(path)
    try Files.create(path, contents: Array(lines.joined(separator: "\n").utf8))
    return path
  }

  /// Build tools that can't make objects for a static Python: pip is to give up at once, not after minutes.
  static let blockedTools = [
    "cmake", "maturin", "meson", "meson-python", "ninja", "scikit-build", "scikit-build-core", "setuptools-rust",
  ]

  /// Files in C and C++: what is more nobody wants to wait for where a wheel does as well. grpcio has 2,764 and takes half
  /// an hour, grpcio-tools 1,011; uvloop 291 and gevent 214, in two to three minutes.
  private static let sourceLimit = 500

  private static func blocked(_ request: Request, _ work: Workplace) throws(HostError) -> [String: String] {
    if request.fromSources.isEmpty { return [:] }
    // Only by this way pip tells it to those that build.
    let constraint = try list(blockedTools.map { $0 + "<0" }, "blocked.txt", work)
    return ["PIP_CONSTRAINT": constraint, "ARROW_SOURCE_LIMIT": "\(sourceLimit)"]
  }

  private static func read(_ file: String, _ outcome: Outcome, _ work: Workplace) throws -> Resolution {
    for line in Set(outcome.errors.split(separator: "\n")).sorted() {
      if let extra = line.firstMatch(of: #/^WARNING: (.* does not provide the extra .*)/#) {
        work.log.warn(String(extra.1))
      }
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Resolution.self, from: Data(Files.contents(of: file)))
  }

  /// The lines of the lock file.
  func lines(for application: Application) throws -> [String] {
    var findings: [Finding] = []
    var lines: [String] = []
    for package in install.sorted(by: { $0.metadata.name.lowercased() < $1.metadata.name.lowercased() }) {
      let (name, download) = (package.metadata.name, package.downloadInfo)
      if download.dirInfo != nil && LocalProjects.isCopy(download.url) { continue }
      if let repository = download.vcsInfo {
        // The commit is a hash of all that is in it.
        let part = download.subdirectory.map { "#subdirectory=\($0)" } ?? ""
        lines.append("\(name) @ \(repository.vcs)+\(download.url)@\(repository.commitId)\(part)")
        continue
      }
      guard let hash = download.archiveInfo?.hashes?["sha256"] else {
        findings.append(
          Finding(
            "\(name) comes from \(download.url), which has no hash to lock",
            hint: "name it in requirements.txt, where folders are built: ./\(name)"))
        continue
      }
      var what = package.isDirect ? "\(name) @ \(download.url)" : "\(name)==\(package.metadata.version)"
      if package.isDirect, let path = download.localPath {
        // As pip takes it from the application's folder, wherever that lies.
        what = Files.relative(path, to: application.codeFolder)
      }
      lines.append("\(what) --hash=sha256:\(hash)")
    }
    try InputErrors.throwIfAny(findings)
    return lines
  }
}

extension Resolution.Package.Download {
  /// Of an archive that lies here.
  var localPath: String? { url.hasPrefix("file://") ? URL(string: url)?.path : nil }
}
