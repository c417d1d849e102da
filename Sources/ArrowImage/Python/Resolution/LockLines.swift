import ArrowHost

extension Lock {
  /// The lock file for what pip has resolved.
  init(_ resolution: Resolution, _ declaration: Declaration, _ linkage: Linkage, _ work: Workplace) throws {
    let lines = try resolution.lines(for: work, declaration.users)
    self.init(
      path: work.application.lockPath,
      text: Self.header(declaration.fingerprint, work.python, linkage, packages: lines.count)
        + lines.map { $0 + "\n" }.joined())
  }
}

extension Resolution {
  /// The lines below the header.
  fileprivate func lines(for work: Workplace, _ users: [String: String]) throws -> [String] {
    var findings: [Finding] = []
    var lines: [String] = []
    for package in install.sorted(by: { $0.metadata.name.lowercased() < $1.metadata.name.lowercased() }) {
      var (name, download) = (package.metadata.name, package.downloadInfo)
      if download.dirInfo != nil && LocalProjects.isCopy(download.url, in: work.folder) { continue }
      if let user = users[download.url] {
        download.url = download.url.replacing("://", with: "://\(user)@", maxReplacements: 1)
      }
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
        // Relative, so that the lock file holds wherever the application's folder lies.
        what = Files.relative(path, to: work.application.codeFolder)
      }
      lines.append("\(what) --hash=sha256:\(hash)")
    }
    try InputErrors.throwIfAny(findings)
    return lines
  }
}
