import ArrowHost

/// Adding an application to the pieces: THE list of its steps.
public enum Adding {
  /// Makes the application an arrow; when it returns,
  ///
  /// - `PIECES/meta/NAME` has the application's files, with their byte code, and its `arrow_spec.json`;
  /// - `.venv` in it is a virtual environment with exactly the lock file's packages, each checked against its hash;
  /// - the lock file lies beside the application, so that the next `add` installs the same.
  ///
  /// Where the application already lies in `PIECES/meta/NAME`, only its `.venv` is made. When this throws or is killed,
  /// the arrow is what it was before.
  public static func add(_ request: AddRequest, log: BuildLog) async throws -> AddSummary {
    do { return try await make(request, log) } catch let failure as PipFailure { throw failure.hostError }
  }

  private static func make(_ request: AddRequest, _ log: BuildLog) async throws -> AddSummary {
    log.step("looking at \(request.application)")
    let application = try Application(request)
    try Provenance.check(application)
    let files = try ApplicationFiles(application)
    let pythons = try PythonRuntime.all(for: application, in: request.pieces)
    let pip = try PipHome.find(request.pip)
    let declaration = try await Declaration.read(application, pythons, pip)
    declaration.notes.forEach(log.note)
    let python = try PythonRuntime.choose(declaration.python, among: pythons)
    try files.check(declaration, log)

    let folder = try UnfinishedFolder.begin(application.target) {
      log.step("waiting for another add of \(application.name)")
    }
    defer { UnfinishedFolder.end(folder) }
    let work = try await workplace(in: folder.path, application, declaration, python, pip, request, log)

    // Before anything that takes long: what is wrong with the application's own files.
    if !application.isInPlace {
      log.step("copying the application")
      try files.copy(declaration, to: folder.path, log)
      try await ApplicationCode.compile(in: folder.path, application, declaration, python, pip, log)
    }
    let decision = try await LinkageChoice.decide(declaration, request, work)
    let lock = decision.lock
    if !application.isInPlace { try lock?.write(into: folder.path) }
    let hasEnvironment = lock != nil || declaration.hasCommands
    var linked: LinkedPython?
    if hasEnvironment {
      linked = try await VirtualEnvironment.make(application.environment(in: folder.path), declaration, decision, work)
    }
    try Files.remove(work.folder)
    // While we hold the turn, no other process removes the linked Python that no arrow leads to yet.
    let turn = try LinkedPythons.turn(beside: python)
    defer { turn.discard() }
    try linked?.install(beside: python)
    // Before the arrow is replaced: where the application's folder can't be written, the old one stays.
    let isLockWritten = try lock?.write() ?? false
    if application.isInPlace && !hasEnvironment {
      try Files.remove(application.target)
    } else {
      try Provenance.write(application)
      try folder.commit()
    }
    try LinkedPythons.removeUnused(beside: python)
    return AddSummary(
      folder: application.folder, packages: lock?.packages.count ?? 0, lock: lock?.path, isLockWritten: isLockWritten,
      linked: linked.map { ($0.modules, $0.name) }, linkage: decision.linkage, reason: decision.reason)
  }

  private static func workplace(
    in folder: String, _ application: Application, _ declaration: Declaration, _ python: PythonRuntime,
    _ pip: PipHome, _ request: AddRequest, _ log: BuildLog
  ) async throws(HostError) -> Workplace {
    var sources = try PackageSources(request)
    let work = "\(folder)/\(Workplace.folderName)"
    try Files.makeFolder(work)
    try sources.declare(declaration.options, in: work)
    sources.settings = declaration.settings
    let toolchain = try await Toolchain.find(for: python, in: "\(work)/tools")
    return Workplace(
      folder: work, application: application, python: python, pip: pip, sources: sources, toolchain: toolchain, log: log
    )
  }
}
