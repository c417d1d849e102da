import ArrowHost
import Glibc

/// The git repository of a project, for a build that takes the version from it (setuptools-scm, hatch-vcs).
enum Repository {
  /// Makes a repository that git can read and write without a change to the user's: `git describe --dirty` renews the
  /// index. Folders are links; files (HEAD, packed-refs, the index) are copies.
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
