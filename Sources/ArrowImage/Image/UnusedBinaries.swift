import ArrowSpec

/// An Arrow Binary that no arrow of the image leads to stays out of the image.
///
/// An arrow leads to the binary of its spec, to those that its strings name by their path, and to those that its links
/// lead into (the `.venv` of `mkarrowimg add`). A binary may lead into another one: `python-dynamic` has the library of
/// `python`. The other one is then taken without its programs.
extension PiecesFolder {
  /// Takes the unused ones out, and returns the folders of those of which nothing is taken.
  mutating func leaveOutUnusedBinaries(by arrows: [CheckedArrow]) -> [String] {
    let all = binaries.flatMap { name in
      versions(of: name).map { GuestContract.binaryFolder(name: name, version: $0) }
    }
    let strings = arrows.flatMap(\.spec.strings)
    var needed = Set(arrows.map { GuestContract.binaryFolder(name: $0.spec.binary.name, version: $0.version) })
    needed.formUnion(all.filter { folder in strings.contains { $0.contains("/\(folder)/") } })
    for path in order where !path.hasPrefix(Self.binariesPrefix) {
      if let end = endInBinaries(ofLink: path) { needed.insert(Self.binaryFolder(of: end)) }
    }
    var seen: Set<String> = []
    var left = needed
    while let folder = left.popFirst() {
      seen.insert(folder)
      for path in order where path.hasPrefix(folder + "/") {
        guard let end = endInBinaries(ofLink: path) else { continue }
        let other = Self.binaryFolder(of: end)
        if other == folder { continue }
        if end.hasPrefix(other + "/bin") { needed.insert(other) }
        if !seen.contains(other) { left.insert(other) }
      }
    }
    let unused = all.filter { !seen.contains($0) }
    leaveOut(unused + seen.subtracting(needed).map { $0 + "/bin" })
    return unused
  }

  private static let binariesPrefix = GuestContract.binaries + "/"

  /// Where a link into a binary ends.
  private func endInBinaries(ofLink path: String) -> String? {
    guard case .link(let target) = entries[path] else { return nil }
    let folder = path.split(separator: "/").dropLast().joined(separator: "/")
    guard case .entry(let end, _) = resolve(target, from: folder), end.hasPrefix(Self.binariesPrefix) else {
      return nil
    }
    return end
  }

  private static func binaryFolder(of path: String) -> String {
    path.split(separator: "/").prefix(3).joined(separator: "/")
  }
}

extension Spec {
  /// Where a spec may name a path of the pieces.
  fileprivate var strings: [String] {
    [process.cmd] + process.args + process.env + (process.cwd.map { [$0 + "/"] } ?? []) + mounts.map { $0.source + "/" }
  }
}
