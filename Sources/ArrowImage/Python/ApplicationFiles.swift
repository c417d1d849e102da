import ArrowHost
import ArrowSpec
import FoundationEssentials
import Glibc

/// The application's own files, as they go into the arrow.
enum ApplicationFiles {
  /// What tools leave beside code, and no application reads.
  static let leftOut = untracked.union([".idea", ".vscode"])

  /// What is in no repository. Whatever else a build did not see would be a change to it, and part of the version.
  static let untracked: Set<String> = [
    ".git", ".hg", ".svn", ".tox", ".nox", ".venv", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache",
    ".DS_Store",
  ]

  static func copy(_ application: Application, _ declaration: Declaration, to folder: String) throws(HostError) {
    if application.isScript {
      let name = Files.split(application.absolutePath).name
      try Files.copy(application.absolutePath, to: "\(folder)/\(name)", mode: 0o644)
    } else {
      try copyTree(application.path, to: folder)
      // The one that holds is written when it is known.
      try Files.remove("\(folder)/\(Lock.fileName)")
    }
    if let spec = declaration.spec {
      try Files.create("\(folder)/\(GuestContract.specFile)", contents: Array(spec.utf8))
    }
  }

  /// Copies what is in `source` into the folder `target`, which is there: files, folders and links.
  static func copyTree(
    _ source: String, to target: String, leavingOut: Set<String> = leftOut
  ) throws(HostError) {
    for bytes in try Files.names(in: source) {
      let name = String(decoding: bytes, as: UTF8.self)
      if leavingOut.contains(name) || !leavingOut.isEmpty && name.hasPrefix("..venv.") { continue }
      let (from, to) = ("\(source)/\(name)", "\(target)/\(name)")
      guard let status = try Files.status(of: from) else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR:
        // A virtual environment of the host's, whatever its name.
        if !leavingOut.isEmpty, try Files.status(of: "\(from)/pyvenv.cfg") != nil { continue }
        try Files.makeFolder(to)
        try copyTree(from, to: to, leavingOut: leavingOut)
      case S_IFREG: try Files.copy(from, to: to, mode: status.st_mode & S_IXUSR != 0 ? 0o755 : 0o644)
      case S_IFLNK: try Files.makeLink(to, to: try Files.linkTarget(of: from))
      default:
        throw HostError("\(from) is neither a file, a folder nor a link; only those can be in an image", kind: .input)
      }
    }
  }
}

/// The folders that pip builds packages of: the application, and what its requirements name.
enum LocalProjects {
  private static let folder = "/.work/projects"

  /// A copy of each, in the declaration's order, that pip may build in: build systems leave files behind.
  static func copies(_ declaration: Declaration, _ work: Workplace) throws(HostError) -> [String] {
    let home = "\(work.folder)/projects"
    // Under its own name, which pip says.
    let copies = declaration.projects.enumerated().map { "\(home)/\($0)/\(Files.split($1.path).name)" }
    if copies.isEmpty { return copies }
    if try Files.status(of: home) != nil { return copies }
    try Files.makeFolder(home)
    for (project, copy) in zip(declaration.projects, copies) {
      for folder in [Files.split(copy).folder, copy] { try Files.makeFolder(folder) }
      try ApplicationFiles.copyTree(project.path, to: copy, leavingOut: ApplicationFiles.untracked)
      try Repository.link("\(project.path)/.git", as: "\(copy)/.git")
    }
    return copies
  }

  /// A copy without a repository is not of the one that the pieces happen to lie in. What setuptools-scm tells its users
  /// to set, where there is none, reaches it.
  static func environment(_ work: Workplace) -> [String: String] {
    ProcessInfo.processInfo.environment.filter { $0.key.contains("_PRETEND_VERSION") }
      .merging(["GIT_CEILING_DIRECTORIES": "\(work.folder)/projects"]) { $1 }
  }

  static func isCopy(_ url: String) -> Bool { url.contains("\(folder)/") }
}

/// The git repository of a project, for a build that takes the version from it (setuptools-scm, hatch-vcs).
enum Repository {
  /// What git reads, but not what it writes: `git describe --dirty` renews the index, which is to stay the user's.
  /// Folders are links, files are copies: HEAD, packed-refs, the index.
  static func link(_ repository: String, as copy: String) throws(HostError) {
    guard let status = try Files.status(of: repository) else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      // `gitdir: PATH`, of a second working tree or a submodule.
      let text = String(decoding: try Files.contents(of: repository, atMost: 4096), as: UTF8.self)
      let path = text.replacing("gitdir: ", with: "").split(separator: "\n").first ?? ""
      let absolute = path.hasPrefix("/") ? String(path) : "\(Files.split(repository).folder)/\(path)"
      return try Files.create(copy, contents: Array("gitdir: \(absolute)\n".utf8))
    }
    try Files.makeFolder(copy)
    for bytes in try Files.names(in: repository) {
      let name = String(decoding: bytes, as: UTF8.self)
      guard let status = try Files.status(of: "\(repository)/\(name)"), !name.hasSuffix(".lock") else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFREG: try Files.copy("\(repository)/\(name)", to: "\(copy)/\(name)", mode: 0o644)
      case S_IFDIR, S_IFLNK: try Files.makeLink("\(copy)/\(name)", to: "\(repository)/\(name)")
      default: continue
      }
    }
  }
}

extension Files {
  /// `../wheels/a.whl`: how an absolute path is written from an absolute folder.
  static func relative(_ path: String, to folder: String) -> String {
    let (parts, from) = (path.split(separator: "/"), folder.split(separator: "/"))
    let shared = zip(parts, from).prefix { $0 == $1 }.count
    let up = Array(repeating: "..", count: from.count - shared)
    return ((up.isEmpty ? ["."] : up) + parts.dropFirst(shared).map(String.init)).joined(separator: "/")
  }

  /// What is at the end of a path's links; `nil` where there is nothing.
  static func followed(_ path: String) throws(HostError) -> stat? {
    var status = stat()
    if stat(path, &status) == 0 { return status }
    if errno == ENOENT || errno == ENOTDIR { return nil }
    throw failure("look at \(path)")
  }

  static func linkTarget(of path: String) throws(HostError) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    guard count >= 0 else { throw failure("read the link \(path)") }
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
