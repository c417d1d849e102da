import ArrowHost
import ArrowSpec
import Glibc

/// The application's own files, as they go into the arrow: all but what its ``IgnoreFile`` names and what tools leave
/// beside code.
struct ApplicationFiles {
  private let application: Application
  private let ignored: IgnoreFile?

  /// What tools leave beside code and no application reads.
  private static let leftOut = untracked.union([".idea", ".vscode", ".cache"])

  /// What is in no repository. A build must see all the rest: a missing file would be a change, which is part of the
  /// version.
  private static let untracked: Set<String> = [
    ".git", ".hg", ".svn", ".tox", ".nox", ".venv", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache",
    ".DS_Store",
  ]

  /// Reads the list. What lies in the pieces already is all taken.
  init(_ application: Application) throws {
    self.application = application
    ignored = application.isScript || application.isInPlace ? nil : try IgnoreFile.find(in: application.path)
  }

  /// Refuses a list that leaves out what the spec starts.
  func check(_ declaration: Declaration, _ log: BuildLog) throws {
    guard let ignored, let spec = application.spec ?? declaration.ownSpec, spec.process.cwd == nil else { return }
    var findings: [Finding] = []
    for argument in Set(spec.process.args).sorted() where !argument.hasPrefix("/") {
      let path = BytePath(argument).components.filter { $0 != "." }.reduce("" as BytePath, /)
      guard path != "", let line = ignored.line(leavingOut: path),
        let status = try Files.followed("\(application.path)/\(argument)")
      else { continue }
      let finding = Finding(
        "\(argument) is left out of the arrow, and process.args names it", place: "\(ignored.path):\(line):1",
        hint: "add a line at the end: !\(IgnoreFile.line(naming: path))")
      // The name of a folder may be meant as another word.
      if status.st_mode & S_IFMT == S_IFREG {
        findings.append(finding)
      } else if argument != spec.process.args.first {
        log.warn(finding.message + " (\(ignored.path):\(line))")
      }
    }
    try InputErrors.throwIfAny(findings)
  }

  func copy(_ declaration: Declaration, to folder: String, _ log: BuildLog) throws(HostError) {
    if application.isScript {
      let name = Files.split(application.absolutePath).name
      try Files.copy(application.absolutePath, to: "\(folder)/\(name)", mode: 0o644)
    } else {
      try copy("", to: BytePath(folder), log)
      // The valid one is written when it is known.
      try Files.remove("\(folder)/\(Application.lockName)")
    }
    if let spec = declaration.spec {
      try Files.create("\(folder)/\(GuestContract.specFile)", contents: Array(spec.utf8))
    }
  }

  /// Copies what is in a folder of the application.
  private func copy(_ folder: BytePath, to target: BytePath, _ log: BuildLog) throws(HostError) {
    for name in try Files.names(in: source(folder)).map({ BytePath($0) }) {
      let (path, copy) = (folder / name, target / name)
      guard let status = try Files.status(of: source(path)) else { continue }
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      if try Self.isLeftOut(source(path), isFolder, Self.leftOut) {
        if Self.isSurprising(name) { log.note("\(source(path)) is not copied: an environment or a cache") }
        continue
      }
      let line = ignored?.line(leavingOut: path)
      if let ignored, let line, path == BytePath(GuestContract.specFile) {
        log.note("\(source(path)) is copied although \(ignored.path):\(line) names it: an arrow needs it")
      } else if line != nil && !(isFolder && ignored?.hasExceptions == true) {
        continue
      }
      try Files.copyEntry(source(path), status, to: copy)
      if isFolder {
        try self.copy(path, to: copy, log)
        if line != nil, try Files.names(in: copy).isEmpty { _ = copy.withCPath { rmdir($0) } }
      } else if status.st_mode & S_IFMT == S_IFREG {
        try warn(of: path, log)
      }
    }
  }

  /// Says what goes into an arrow and looks like a secret.
  private func warn(of path: BytePath, _ log: BuildLog) throws(HostError) {
    guard let sign = try SecretFiles.sign(of: source(path)) else { return }
    let list = ignored?.path ?? "\(application.path)/\(IgnoreFile.ownName)"
    log.warn(
      withHint(
        "\(source(path)) \(sign), and is copied into the arrow",
        "if it is not to be in images, write into \(list): \(IgnoreFile.line(naming: path))"))
  }

  private func source(_ path: BytePath) -> BytePath {
    path == "" ? BytePath(application.path) : BytePath(application.path) / path
  }

  /// Copies a project that is to be built.
  static func copyProject(_ project: String, to folder: String) throws(HostError) {
    try Files.copyTree(BytePath(project), to: BytePath(folder)) { path, isFolder throws(HostError) in
      try isLeftOut(path, isFolder, untracked)
    }
  }

  private static func isLeftOut(_ path: BytePath, _ isFolder: Bool, _ names: Set<String>) throws(HostError) -> Bool {
    let name = path.name.text ?? ""
    // `..venv.` begins the name of an environment that `add` is making in place.
    if names.contains(name) || name.hasPrefix("..venv.") { return true }
    if !isFolder { return false }
    // An environment of the host's, whatever its name: of venv, or of conda.
    for mark: BytePath in ["pyvenv.cfg", "conda-meta"] where try Files.status(of: path / mark) != nil { return true }
    return false
  }

  /// What a person would not expect to be left out, going by its name.
  private static func isSurprising(_ name: BytePath) -> Bool {
    let usual = leftOut.subtracting([".cache"]).union(["venv", "env", ".env"])
    return name.text.map { !usual.contains($0) } ?? true
  }
}
