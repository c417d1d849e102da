import ArrowHost
import ArrowSpec

/// The application's own files, as they go into the arrow.
enum ApplicationFiles {
  /// What tools leave beside code and no application reads.
  private static let leftOut = untracked.union([".idea", ".vscode"])

  /// What is in no repository. A build must see all the rest: a missing file would be a change, which is part of the
  /// version.
  private static let untracked: Set<String> = [
    ".git", ".hg", ".svn", ".tox", ".nox", ".venv", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache",
    ".DS_Store",
  ]

  static func copy(_ application: Application, _ declaration: Declaration, to folder: String) throws(HostError) {
    if application.isScript {
      let name = Files.split(application.absolutePath).name
      try Files.copy(application.absolutePath, to: "\(folder)/\(name)", mode: 0o644)
    } else {
      try Files.copyTree(application.path, to: folder) { path, isFolder throws(HostError) in
        try isLeftOut(path, isFolder, leftOut)
      }
      // The valid one is written when it is known.
      try Files.remove("\(folder)/\(Application.lockName)")
    }
    if let spec = declaration.spec {
      try Files.create("\(folder)/\(GuestContract.specFile)", contents: Array(spec.utf8))
    }
  }

  /// Copies a project that is to be built.
  static func copyProject(_ project: String, to folder: String) throws(HostError) {
    try Files.copyTree(project, to: folder) { path, isFolder throws(HostError) in
      try isLeftOut(path, isFolder, untracked)
    }
  }

  private static func isLeftOut(_ path: String, _ isFolder: Bool, _ names: Set<String>) throws(HostError) -> Bool {
    let name = Files.split(path).name
    // `..venv.` begins the name of an environment that `add` is making in place.
    if names.contains(name) || name.hasPrefix("..venv.") { return true }
    if !isFolder { return false }
    // A virtual environment of the host's, whatever its name.
    return try Files.status(of: "\(path)/pyvenv.cfg") != nil
  }
}
