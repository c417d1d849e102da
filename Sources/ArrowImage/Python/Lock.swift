import ArrowHost
import FoundationEssentials

/// The lock file: every package of the environment with its version and hash, in the form of a requirements file.
struct Lock {
  /// Where it lies, beside the application.
  var path: String
  var text: String
  /// `NAME==VERSION`, or the name alone of one that has an address.
  var packages: [String]

  private init(path: String, text: String) {
    self.path = path
    self.text = text
    packages = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
  }

  /// The lock for what is declared: the one that is there if it fits, or a new one. `nil` where nothing is required.
  static func make(_ declaration: Declaration, _ request: AddRequest, _ work: Workplace) async throws -> Lock? {
    guard declaration.hasDependencies else { return nil }
    let path = work.application.lockPath
    let old = try Files.status(of: path) == nil ? nil : String(decoding: Files.contents(of: path), as: UTF8.self)
    if request.lockUse != .renew, let old, old.hasPrefix(header(declaration, work)) {
      return Lock(path: path, text: old)
    }
    if request.lockUse == .require {
      throw HostError(
        old == nil ? "there is no \(path)" : "\(path) is of other requirements, or of another Python",
        hint: "mkarrowimg add without --locked writes it", kind: .input)
    }
    work.log.step("resolving what \(work.application.name) requires")
    let kept = request.lockUse == .renew || declaration.hasHashes ? nil : old.map { Lock(path: path, text: $0) }
    let report = try await Resolution.resolve(declaration, keeping: kept, work)
    let lines = try report.lines(for: work.application)
    return Lock(path: path, text: header(declaration, work) + lines.map { $0 + "\n" }.joined())
  }

  private static func header(_ declaration: Declaration, _ work: Workplace) -> String {
    """
    # Made by mkarrowimg add: exactly what it installs. Keep it with the code; pip reads it, too.
    # For \(work.python.name) \(work.python.short), requirements \(declaration.fingerprint).

    """
  }

  static let fileName = "arrow.lock"

  /// A copy in the arrow, which says what is in its image.
  func write(into folder: String) throws(HostError) {
    try Files.create("\(folder)/\(Self.fileName)", contents: Array(text.utf8))
  }

  /// Writes the file, unless it says so already; whether it had to.
  func write() throws(HostError) -> Bool {
    if try Files.status(of: path) != nil, try Files.contents(of: path) == Array(text.utf8) { return false }
    try WholeFile.write(Array(text.utf8), to: path)
    return true
  }
}

/// pip's answer to what is required (its "installation report", version 1).
struct Resolution: Codable {
  struct Package: Codable {
    struct Download: Codable {
      struct Archive: Codable { var hashes: [String: String]? }
      struct Anything: Codable {}
      var url: String
      var archiveInfo: Archive?
      var vcsInfo: Anything?
      var dirInfo: Anything?
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

  /// Lets pip resolve; `kept` is held on to where that is possible.
  static func resolve(
    _ declaration: Declaration, keeping kept: Lock?, _ work: Workplace
  ) async throws -> Resolution {
    let file = "\(work.folder)/report.json"
    var words = ["install", "--dry-run", "--ignore-installed", "--quiet", "--report", file]
    if declaration.requirementsFile { words += ["--requirement", "\(work.application.absolutePath)/requirements.txt"] }
    // One with hashes lists all there is; and a folder has no hash.
    if declaration.isBuilt && !declaration.hasHashes { words.append(try ApplicationFiles.project(work)) }
    if !declaration.requirements.isEmpty {
      let listed = "\(work.folder)/requirements.txt"
      try Files.create(listed, contents: Array(declaration.requirements.joined(separator: "\n").utf8))
      words += ["--requirement", listed]
    }
    if let kept {
      let constraints = "\(work.folder)/constraints.txt"
      let pins = kept.packages.filter { $0.contains("==") }
      try Files.create(constraints, contents: Array(pins.joined(separator: "\n").utf8))
      let outcome = try await run(words + ["--constraint", constraints], work)
      if outcome.isSuccess { return try read(file) }
    }
    let outcome = try await run(words, work)
    guard outcome.isSuccess else { throw PipFailure.error(outcome, "resolve what \(work.application.name) requires") }
    return try read(file)
  }

  private static func run(_ words: [String], _ work: Workplace) async throws(HostError) -> Outcome {
    let application = work.application
    // Paths in a requirements file are relative to where pip runs.
    let folder = application.isScript ? Files.split(application.absolutePath).folder : application.absolutePath
    return try await work.pip.pip(words, work.sources, with: work.python, in: folder)
  }

  private static func read(_ file: String) throws -> Resolution {
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
      if download.dirInfo != nil && download.url.hasSuffix(ApplicationFiles.projectFolder) { continue }
      guard let hash = download.archiveInfo?.hashes?["sha256"] else {
        findings.append(
          Finding(
            "\(name) comes from \(download.url), which has no hash to lock",
            hint: "name a wheel or an archive instead: pip wheel makes one"))
        continue
      }
      let what = package.isDirect ? "\(name) @ \(download.url)" : "\(name)==\(package.metadata.version)"
      lines.append("\(what) --hash=sha256:\(hash)")
    }
    try InputErrors.throwIfAny(findings)
    return lines
  }
}

/// What pip said when it failed, in few words.
enum PipFailure {
  static func error(_ outcome: Outcome, _ action: String) -> HostError {
    let lines = outcome.errors.split(whereSeparator: \.isNewline).map(String.init)
    let errors = lines.filter { $0.hasPrefix("ERROR: ") }
    let said = errors.isEmpty ? Array(lines.suffix(20)) : errors
    return HostError(
      "cannot \(action)" + said.map { "\n  pip: \($0)" }.joined(), hint: hint(outcome.errors), kind: .input)
  }

  private static func hint(_ text: String) -> String? {
    if text.contains("connection broken by") || text.contains("NameResolutionError") {
      return "no package index could be reached; a folder with wheels does as well: --find-links FOLDER --no-index"
    }
    return nil
  }
}
