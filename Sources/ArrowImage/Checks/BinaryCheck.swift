import ArrowSpec

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
      hint: nameHint(spec.binary.name, among: pieces.binaries))
  }
}
