import ArrowHost
import ArrowSpec

/// An arrow whose spec is right, with all that the image needs of it.
struct CheckedArrow {
  var name: String
  var spec: Spec
  /// The version of its binary that the spec means: the folder's name.
  var version: String
  /// BPF instructions.
  var filter: [UInt8]
}

/// Reads specs and looks for what would go wrong in the guest.
public enum SpecCheck {
  /// What is wrong with a spec on its own, without pieces around it; `path` is the file or the arrow's folder.
  public static func findings(inSpecAt path: String) -> [Finding] {
    do {
      let isFolder = try Files.status(of: path + "/.") != nil
      let file = try SourceFile(isFolder ? "\(path)/\(GuestContract.specFile)" : path)
      return findings(in: file) { document throws(SpecError) in
        let spec = try Spec(document)
        if let profile = try SeccompProfile(in: document) {
          _ = try SeccompCompiler.compile(profile, bounding: spec.process.capabilities.bounding)
        }
      }
    } catch {
      return [Finding(error.message, hint: error.hint)]
    }
  }

  /// All arrows of the pieces; or all that is wrong with any of them.
  static func check(_ pieces: PiecesFolder) throws -> [CheckedArrow] {
    var arrows: [CheckedArrow] = []
    var findings: [Finding] = []
    var compiler = FilterChoice(pieces)
    for name in pieces.arrows {
      guard case .entry(let path, .file) = pieces.resolve("/\(specPath(name))") else {
        let near = nearMiss(GuestContract.specFile, among: pieces.names(in: GuestContract.metaFolder(name)))
        findings.append(
          Finding(
            "\(pieces.hostPath(GuestContract.metaFolder(name))) has no \(GuestContract.specFile)",
            hint: near.map { "rename \($0) to \(GuestContract.specFile)" }
              ?? "every folder in meta/ is an arrow: give it a spec, or move it elsewhere"))
        continue
      }
      let file = try SourceFile(pieces.hostPath(path))
      findings += Self.findings(in: file) { document throws(SpecError) in
        let spec = try Spec(document)
        let version = try BinaryCheck.version(for: spec, document, pieces)
        try CommandCheck.check(name, spec, version, document, pieces)
        try MountPoints.check(spec, document, pieces)
        guard let filter = try compiler.filter(for: spec, version, document) else { return }
        arrows.append(CheckedArrow(name: name, spec: spec, version: version, filter: filter))
      }
    }
    try InputErrors.throwIfAny(findings + compiler.findings)
    return arrows
  }

  private static func specPath(_ arrow: String) -> String {
    "\(GuestContract.metaFolder(arrow))/\(GuestContract.specFile)"
  }

  static func findings(in file: SourceFile, _ read: (JSONDocument) throws(SpecError) -> Void) -> [Finding] {
    do {
      try read(try JSONDocument(file.text))
      return []
    } catch {
      return [Finding(error, in: file)]
    }
  }
}

/// The spec's `binary` against those the pieces have.
enum BinaryCheck {
  static func version(
    for spec: Spec, _ document: JSONDocument, _ pieces: PiecesFolder
  ) throws(SpecError) -> String {
    let binary = document.root.member("binary")
    let versions = pieces.versions(of: spec.binary.name)
    if let version = BinaryVersion.best(for: spec.binary.version, among: versions) { return version }
    guard versions.isEmpty else {
      throw SpecError(
        "the pieces have no \(spec.binary.name) \(spec.binary.version)", at: binary?.member("version")?.offset,
        hint: "they have " + joined(versions))
    }
    throw SpecError(
      "the pieces have no binary \"\(spec.binary.name)\"", at: binary?.member("name")?.offset,
      hint: nameHint(spec.binary.name, among: pieces.names(in: "binary")))
  }
}

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
