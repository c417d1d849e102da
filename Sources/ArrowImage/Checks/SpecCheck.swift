import ArrowHost
import ArrowSpec

/// Reads specs and looks for what would go wrong in the guest.
public enum SpecCheck {
  /// What is wrong with a spec on its own, warnings last, without pieces around it; `path` is the file or the arrow's folder.
  public static func findings(inSpecAt path: String) -> [Finding] {
    do {
      let isFolder = try Files.status(of: path + "/.") != nil
      let file = try SourceFile(isFolder ? "\(path)/\(GuestContract.specFile)" : path)
      var warnings: [Finding] = []
      let errors = file.findings { document throws(SpecError) in
        let spec = try Spec(document)
        warnings = ArgumentCheck.warnings(spec, document).map(file.warning)
        if let profile = try SeccompProfile(in: document) {
          _ = try SeccompCompiler.compile(profile, bounding: spec.process.capabilities.bounding)
        }
      }
      return errors + warnings
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
      findings += file.findings { document throws(SpecError) in
        let spec = try Spec(document)
        let version = try BinaryCheck.version(for: spec, document, pieces)
        try CommandCheck.check(name, spec, version, document, pieces)
        try MountPoints.check(name, spec, document, pieces)
        guard let filter = try compiler.filter(for: spec, version, document) else { return }
        let warnings = ArgumentCheck.warnings(spec, document).map(file.warning)
        arrows.append(
          CheckedArrow(name: name, spec: spec, version: version, filter: filter, warnings: warnings))
      }
    }
    try InputErrors.throwIfAny(findings + compiler.findings)
    return arrows
  }

  private static func specPath(_ arrow: String) -> String {
    "\(GuestContract.metaFolder(arrow))/\(GuestContract.specFile)"
  }
}
