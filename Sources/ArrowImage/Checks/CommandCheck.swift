import ArrowSpec

/// The spec's `process.cmd` and `process.cwd` against what the pieces have.
enum CommandCheck {
  static func check(
    _ arrow: String, _ spec: Spec, _ version: String, _ document: JSONDocument, _ pieces: PiecesFolder
  ) throws(SpecError) {
    let process = document.root.member("process")
    let cmd = spec.process.cmd
    let own = GuestContract.commandsFolder(arrow)
    let ownCommands = pieces.names(in: own)
    let bin = "\(GuestContract.binaryFolder(name: spec.binary.name, version: version))/bin"
    let commands = pieces.names(in: bin)
    let offset = process?.member("cmd")?.offset
    if ownCommands.contains(cmd) {
      try checkExecutable("/\(own)/\(cmd)", spec, at: offset, pieces) { nil }
    } else if commands.contains(cmd) {
      try checkExecutable("/\(bin)/\(cmd)", spec, at: offset, pieces) { nil }
    } else if cmd.hasPrefix("/") {
      try checkExecutable(cmd, spec, at: offset, pieces) { nameHint(cmd, among: commands.map { "/\(bin)/\($0)" }) }
    } else {
      throw SpecError(
        "\(bin) has no command \"\(cmd)\"", at: offset, hint: nameHint(cmd, among: commands + ownCommands))
    }
    if let folder = spec.process.cwd, !isMadeInGuest(folder, spec) {
      guard case .entry(_, .folder) = pieces.resolve(folder) else {
        throw SpecError("the pieces have no folder \(folder)", at: process?.member("cwd")?.offset)
      }
    }
  }

  private static func checkExecutable(
    _ path: String, _ spec: Spec, at offset: Int?, _ pieces: PiecesFolder, hint: () -> String?
  ) throws(SpecError) {
    switch pieces.resolve(path) {
    case .guestOnly: return
    case .entry(_, .file(let file)) where file.isExecutable: return
    case .entry(let file, .file):
      throw SpecError("\(path) is not executable", at: offset, hint: "chmod +x \(pieces.hostPath(file))")
    case .entry: throw SpecError("\(path) is a folder", at: offset)
    default:
      if isMadeInGuest(path, spec) { return }
      throw SpecError("the pieces have no \(path)", at: offset, hint: hint())
    }
  }

  /// Below a mount of the spec, or in a folder that only the guest fills.
  private static func isMadeInGuest(_ path: String, _ spec: Spec) -> Bool {
    let places = spec.mounts.map(\.destination) + PiecesFolder.guestFolders.map { "/" + $0 }
    return places.contains { path == $0 || path.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }
  }
}
