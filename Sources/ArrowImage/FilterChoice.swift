import ArrowHost
import ArrowSpec

/// Which seccomp profile an arrow gets: its spec's own, or else the one its Arrow Binary brings, compiled once for all.
struct FilterChoice {
  static let fileName = "seccomp.json"

  private let pieces: PiecesFolder
  private var compiled: [String: [UInt8]?] = [:]
  /// What is wrong with the profiles of binaries; those of specs are the spec's errors.
  private(set) var findings: [Finding] = []

  init(_ pieces: PiecesFolder) { self.pieces = pieces }

  /// `nil` when the binary's profile is wrong, which is told once and not for every arrow.
  mutating func filter(
    for spec: Spec, _ version: String, _ document: JSONDocument
  ) throws(SpecError) -> [UInt8]? {
    if let profile = try SeccompProfile(in: document) { return try SeccompCompiler.compile(profile) }
    let path = "\(GuestContract.binaryFolder(name: spec.binary.name, version: version))/\(Self.fileName)"
    guard case .entry(let file, .file) = pieces.resolve("/" + path) else {
      throw SpecError(
        "there is no seccomp profile: not here, and no \(path) in the pieces",
        at: document.root.member("binary")?.offset,
        hint: "give the binary a \(Self.fileName), or this spec a \"linux\": {\"seccomp\": ...} as OCI has it")
    }
    if let known = compiled[file] { return known }
    let filter = compile(file)
    compiled[file] = filter
    return filter
  }

  private mutating func compile(_ path: String) -> [UInt8]? {
    do {
      let file = try SourceFile(pieces.hostPath(path))
      var filter: [UInt8]?
      findings += SpecCheck.findings(in: file) { document throws(SpecError) in
        filter = try SeccompCompiler.compile(SeccompProfile(document.root))
      }
      return filter
    } catch {
      findings.append(Finding(error.message, hint: error.hint))
      return nil
    }
  }
}
