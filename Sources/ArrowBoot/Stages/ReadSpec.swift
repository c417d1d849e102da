import ArrowSpec

/// Reads the arrow's one `arrow_spec.json` and the host's overrides, and finds what the spec names in the pieces.
enum ReadSpec {
  static func read(arrow: String, _ log: Log, _ linux: some Linux) throws(BootError) -> Task {
    let path = TaskRoot.specFile(of: arrow)
    var spec = try parse(path, linux) { document throws(SpecError) in try Spec(document) }
    let user = spec.process.user
    let overrides = GuestContract.overridesFile
    if try must("look for \(overrides)", linux.exists(overrides)) {
      spec = try parse(overrides, linux) { document throws(SpecError) in
        var overridden = spec
        try overridden.override(with: document)
        return overridden
      }
    }
    let version = try version(for: spec.binary, linux)
    log.info("arrow \(arrow) on \(spec.binary.name) \(version)", linux)
    let own = "/" + GuestContract.commandsFolder(arrow)
    let hasOwn = try must("look for \(own)", linux.exists(TaskRoot.path + own))
    let shared = "/" + GuestContract.binaryFolder(name: spec.binary.name, version: version) + "/bin"
    return Task(
      arrow: arrow, spec: spec, commands: (hasOwn ? [own] : []) + [shared], hasGivenUser: spec.process.user != user,
      filter: spec.recordsSystemCalls ? SeccompFilterFile.logsEverything[...] : try filter(of: arrow, linux))
  }

  private static func parse(
    _ path: String, _ linux: some Linux, _ read: (JSONDocument) throws(SpecError) -> Spec
  ) throws(BootError) -> Spec {
    let source = try must("read \(path)", linux.contents(of: path, limit: JSONDocument.maximumSize + 1))
    do {
      return try read(try JSONDocument(source))
    } catch {
      throw BootError(error, in: path, source: source)
    }
  }

  private static func version(for binary: Spec.Binary, _ linux: some Linux) throws(BootError) -> String {
    let folder = "\(TaskRoot.path)/\(GuestContract.binaryFolder(name: binary.name))"
    let versions = try must("list the versions of \(binary.name)", linux.namesIfAny(in: folder))
    if let version = BinaryVersion.best(for: binary.version, among: versions) { return version }
    throw BootError(
      "the pieces have no binary \(binary.name) \(binary.version)",
      hint: versions.isEmpty ? nil : "they have " + joined(versions), code: ExitCode.notFound)
  }

  private static func filter(of arrow: String, _ linux: some Linux) throws(BootError) -> ArraySlice<UInt8> {
    let path = "\(TaskRoot.path)/\(GuestContract.seccompFilter(arrow))"
    let file = try must("read the seccomp filter of \(arrow)", linux.contents(of: path, limit: 64 * 1024))
    do {
      return try SeccompFilterFile.decode(file)
    } catch {
      throw BootError("\(path): \(error.message)", hint: "build the pieces image anew with mkarrowimg")
    }
  }
}
