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

  /// The copy of the application that pip may build in: build systems leave files behind.
  static func project(_ work: Workplace) throws(HostError) -> String {
    let folder = work.folder + projectFolder
    if try Files.status(of: folder) == nil {
      try Files.makeFolder(folder)
      try copyTree(work.application.path, to: folder)
    }
    return folder
  }

  static let projectFolder = "/project"

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

extension Files {
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
