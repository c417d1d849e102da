import ArrowHost
import ArrowSpec

/// An Arrow Binary that no arrow of the image leads to stays out of the image.
///
/// An arrow leads to the binary of its spec, to those that its strings name by their path, and to those that its links
/// lead into (the `.venv` of `mkarrowimg add`). A binary may lead into another one: `python-dynamic` has the library of
/// `python`. The other one is then taken without its programs.
extension PiecesFolder {
  /// Takes the unused ones out, and returns the folders of those of which nothing is taken.
  mutating func leaveOutUnusedBinaries(by arrows: [CheckedArrow]) -> [BytePath] {
    let all = binaries.flatMap { name in
      versions(of: name).map { GuestContract.binaryFolder(name: name, version: $0) }
    }
    let strings = arrows.flatMap(\.spec.strings)
    var needed = Set(
      arrows.map { BytePath(GuestContract.binaryFolder(name: $0.spec.binary.name, version: $0.version)) })
    needed.formUnion(all.filter { folder in strings.contains { $0.contains("/\(folder)/") } }.map { BytePath($0) })
    for path in order where !path.isBelow(Self.binariesFolder) {
      if let end = endInBinaries(ofLink: path) { needed.insert(Self.binaryFolder(of: end)) }
    }
    var seen: Set<BytePath> = []
    var left = needed
    while let folder = left.popFirst() {
      seen.insert(folder)
      for path in order where path.isBelow(folder) {
        guard let end = endInBinaries(ofLink: path) else { continue }
        let other = Self.binaryFolder(of: end)
        if other == folder { continue }
        if end == other / "bin" || end.isBelow(other / "bin") { needed.insert(other) }
        if !seen.contains(other) { left.insert(other) }
      }
    }
    let unused = all.map { BytePath($0) }.filter { !seen.contains($0) }
    leaveOut(unused + seen.subtracting(needed).map { $0 / "bin" })
    return unused
  }

  private static let binariesFolder = BytePath(GuestContract.binaries)

  /// Where a link into a binary ends.
  private func endInBinaries(ofLink path: BytePath) -> BytePath? {
    guard case .link(let target) = entries[path], case .entry(let end, _) = resolve(target, from: path.folder),
      end.isBelow(Self.binariesFolder)
    else { return nil }
    return end
  }

  private static func binaryFolder(of path: BytePath) -> BytePath { path.components.prefix(3).reduce("", /) }
}

extension Spec {
  /// Where a spec may name a path of the pieces.
  fileprivate var strings: [String] {
    [process.cmd] + process.args + process.env + (process.cwd.map { [$0 + "/"] } ?? []) + mounts.map { $0.source + "/" }
  }
}
