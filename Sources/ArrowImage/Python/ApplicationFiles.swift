import ArrowHost
import ArrowSpec
import Glibc

/// The application's own files, as they go into the arrow.
enum ApplicationFiles {
  /// What tools leave beside code, and no application reads.
  private static let leftOut: Set<String> = [
    ".git", ".hg", ".svn", ".tox", ".nox", ".venv", ".idea", ".vscode", "__pycache__", ".pytest_cache", ".mypy_cache",
    ".ruff_cache", ".DS_Store",
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
  static func copyTree(_ source: String, to target: String, leavingOut: Bool = true) throws(HostError) {
    for bytes in try Files.names(in: source) {
      let name = String(decoding: bytes, as: UTF8.self)
      if leavingOut && (leftOut.contains(name) || name.hasPrefix("..venv.")) { continue }
      let (from, to) = ("\(source)/\(name)", "\(target)/\(name)")
      guard let status = try Files.status(of: from) else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR:
        // A virtual environment of the host's, whatever its name.
        if leavingOut, try Files.status(of: "\(from)/pyvenv.cfg") != nil { continue }
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
    let copies = declaration.projects.indices.map { "\(home)/\($0)" }
    if copies.isEmpty { return copies }
    if try Files.status(of: home) != nil { return copies }
    try Files.makeFolder(home)
    for (project, copy) in zip(declaration.projects, copies) {
      try Files.makeFolder(copy)
      try ApplicationFiles.copyTree(project.path, to: copy)
      // A version may be that of the repository.
      let repository = "\(project.path)/.git"
      if try Files.status(of: repository) != nil { try Files.makeLink("\(copy)/.git", to: repository) }
    }
    return copies
  }

  static func isCopy(_ url: String) -> Bool { url.contains("\(folder)/") }
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
