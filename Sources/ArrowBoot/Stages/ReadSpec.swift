import ArrowSpec

/// What will run: the arrow's spec with the host's overrides over it, its Arrow Binary and its seccomp filter.
struct Task {
  var arrow: String
  var spec: Spec
  /// The Arrow Binary's folder, as the task sees it: `/binary/python/v3.13.5`.
  var binary: String
  /// The folders where `process.cmd` is looked up, and the task's PATH begins: the arrow's own, if it has one, and the
  /// Arrow Binary's.
  var commands: [String]
  /// BPF instructions as seccomp(2) takes them.
  var filter: ArraySlice<UInt8>

  /// Exactly what the task finds in its environment: the spec's, and what a program can't do without.
  var environment: [String] {
    var environment = spec.process.env
    let path = "PATH=\(commands.joined(separator: ":")):/bin"
    let notifySocket = "NOTIFY_SOCKET=" + GuestContract.notifySocket
    for preset in [path, "HOME=/tmp", notifySocket] + (spec.process.terminal ? ["TERM=linux"] : []) {
      let name = preset.utf8.prefix { $0 != 0x3D }
      let isSet = spec.process.env.contains { $0.utf8.prefix { $0 != 0x3D }.elementsEqual(name) }
      if !isSet { environment.append(preset) }
    }
    return environment
  }

  var folder: String { spec.process.cwd ?? "/" + GuestContract.metaFolder(arrow) }
}

/// Reads the arrow's one `arrow_spec.json`.
enum ReadSpec {
  static func read(arrow: String, _ log: Log, _ linux: some Linux) throws(BootError) -> Task {
    let path = SelectArrow.specPath(arrow)
    var spec = try parse(path, linux) { document throws(SpecError) in try Spec(document) }
    let overrides = GuestContract.overridesFile
    if try must("look for \(overrides)", { () throws(Errno) in try linux.exists(overrides) }) {
      spec = try parse(overrides, linux) { document throws(SpecError) in
        var overridden = spec
        try overridden.override(with: document)
        return overridden
      }
    }
    let version = try version(for: spec.binary, linux)
    log.info("arrow \(arrow) on \(spec.binary.name) \(version)", linux)
    let binary = "/" + GuestContract.binaryFolder(name: spec.binary.name, version: version)
    let own = "/" + GuestContract.commandsFolder(arrow)
    let hasOwn = try must("look for \(own)") { () throws(Errno) in try linux.exists(taskRoot + own) }
    return Task(
      arrow: arrow, spec: spec, binary: binary, commands: (hasOwn ? [own] : []) + ["\(binary)/bin"],
      filter: spec.recordsSystemCalls ? SeccompFilterFile.logsEverything[...] : try filter(of: arrow, linux))
  }

  private static func parse(
    _ path: String, _ linux: some Linux, _ read: (JSONDocument) throws(SpecError) -> Spec
  ) throws(BootError) -> Spec {
    let source = try must("read \(path)") { () throws(Errno) in
      try linux.contents(of: path, limit: JSONDocument.maximumSize + 1)
    }
    do {
      return try read(try JSONDocument(source))
    } catch {
      throw BootError(error, in: path, source: source)
    }
  }

  private static func version(for binary: Spec.Binary, _ linux: some Linux) throws(BootError) -> String {
    let folder = "\(taskRoot)/binary/\(binary.name)"
    let versions = try must("list the versions of \(binary.name)") { () throws(Errno) in
      try linux.namesIfAny(in: folder)
    }
    if let version = BinaryVersion.best(for: binary.version, among: versions) { return version }
    throw BootError(
      "the pieces have no binary \(binary.name) \(binary.version)",
      hint: versions.isEmpty ? nil : "they have " + joined(versions), code: ExitCode.notFound)
  }

  private static func filter(of arrow: String, _ linux: some Linux) throws(BootError) -> ArraySlice<UInt8> {
    let path = "\(taskRoot)/\(GuestContract.seccompFilter(arrow))"
    let file = try must("read the seccomp filter of \(arrow)") { () throws(Errno) in
      try linux.contents(of: path, limit: 64 * 1024)
    }
    do {
      return try SeccompFilterFile.decode(file)
    } catch {
      throw BootError("\(path): \(error.message)", hint: "build the pieces image anew with mkarrowimg")
    }
  }
}
