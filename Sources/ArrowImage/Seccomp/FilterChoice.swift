import ArrowHost
import ArrowSpec

/// Which seccomp profile an arrow gets: its spec's own, or else its Arrow Binary's. The binary's is compiled once for
/// all arrows.
struct FilterChoice {
  private struct Key: Hashable {
    var path: BytePath
    var bounding: UInt64
  }

  private let pieces: PiecesFolder
  /// By the profile's path and the task's bounding set, which its rules may depend on.
  private var compiled: [Key: [UInt8]?] = [:]
  /// What is wrong with the profiles of binaries. What is wrong with a spec's own profile is an error of the spec.
  private(set) var findings: [Finding] = []

  init(_ pieces: PiecesFolder) { self.pieces = pieces }

  /// `nil` when the binary's profile is wrong: that is reported once and not for every arrow.
  mutating func filter(
    for spec: Spec, _ version: String, _ document: JSONDocument
  ) throws(SpecError) -> [UInt8]? {
    let bounding = spec.process.capabilities.bounding
    if let profile = try SeccompProfile(in: document) {
      return try SeccompCompiler.compile(profile, bounding: bounding)
    }
    let path = "\(GuestContract.binaryFolder(name: spec.binary.name, version: version))/\(GuestContract.seccompProfile)"
    guard case .entry(let file, .file) = pieces.resolve("/" + path) else {
      throw SpecError(
        "there is no seccomp profile: not here, and no \(path) in the pieces",
        at: document.root.member("binary")?.offset,
        hint: "give the binary a \(GuestContract.seccompProfile), "
          + "or this spec a \"linux\": {\"seccomp\": ...} as OCI has it")
    }
    let key = Key(path: file, bounding: bounding)
    if let known = compiled[key] { return known }
    let filter = compile(key)
    compiled[key] = filter
    return filter
  }

  private mutating func compile(_ key: Key) -> [UInt8]? {
    do {
      let file = try SourceFile(pieces.hostPath(key.path))
      var filter: [UInt8]?
      let wrong = file.findings { document throws(SpecError) in
        filter = try SeccompCompiler.compile(SeccompProfile(document.root), bounding: key.bounding)
      }
      findings += wrong.filter { !findings.contains($0) }
      return filter
    } catch {
      findings.append(Finding(error.message, hint: error.hint))
      return nil
    }
  }
}
