import ArrowHost
import ArrowSpec

/// What `mkarrowimg add` was asked for.
public struct AddRequest: Sendable {
  public var pieces: String
  /// A folder or a script.
  public var application: String
  /// `nil`: as the folder or the script is called.
  public var name: String?
  /// What pip hears of wheel folders and indexes.
  public var findLinks: [String] = []
  public var noIndex = false
  /// What the lock file is good for.
  public var lockUse = LockUse.keep
  /// Which Python it runs on; `nil`: the static one where that can be.
  public var linkage: Linkage?
  /// The folder with pip; `nil`: the one that came with this program.
  public var pip: String?

  public enum LockUse: Sendable {
    /// Install what it says; what it does not say any more is resolved, with all else kept as it is.
    case keep
    /// Resolve everything anew.
    case renew
    /// Refuse a lock file that is missing or does not fit.
    case require
  }

  public init(pieces: String, application: String) {
    self.pieces = pieces
    self.application = application
  }
}

/// What was made.
public struct AddSummary: Sendable {
  public var folder: String
  public var packages: Int
  /// `nil` where nothing is required.
  public var lock: String?
  public var isLockWritten: Bool
  /// The modules in C that were linked into a Python for them, and its name; `nil` where there are none.
  public var linked: (modules: [String], binary: String)?
  /// Why it runs on python-dynamic; `nil` where it does not.
  public var dynamic: String?
}

/// Adding an application to the pieces: THE list of its steps.
public enum Adding {
  /// Makes the application an arrow; when it returns,
  ///
  /// - `PIECES/meta/NAME` has the application's files, with their byte code, and its `arrow_spec.json`;
  /// - `.venv` in it is a virtual environment with exactly the packages of the lock file, each checked against its hash;
  /// - the lock file lies beside the application, so that the next one installs the same.
  ///
  /// Where the application already lies in `PIECES/meta/NAME`, only its `.venv` is made. When this throws or is killed,
  /// the arrow is what it was before.
  public static func add(_ request: AddRequest, log: BuildLog) async throws -> AddSummary {
    do { return try await make(request, log) } catch let failure as PipFailure { throw failure.hostError }
  }

  private static func make(_ request: AddRequest, _ log: BuildLog) async throws -> AddSummary {
    log.step("looking at \(request.application)")
    let application = try Application(request)
    let pythons = try PythonRuntime.all(for: application, in: request.pieces)
    let pip = try PipHome.find(request.pip)
    let declaration = try await Declaration.read(application, pythons, pip)
    let python = try PythonRuntime.choose(declaration.python, among: pythons)

    let folder = try OutputFolder.begin(application.target) {
      log.step("waiting for another add of \(application.name)")
    }
    defer { OutputFolder.end(folder) }
    var work = Workplace(
      folder: "\(folder.path)/.work", application: application, python: python, pip: pip,
      sources: try PackageSources(request), log: log)
    try Files.makeFolder(work.folder)
    try work.sources.declare(declaration.options, in: work.folder)
    work.toolchain = try Toolchain.find(for: python, in: "\(work.folder)/tools")
    work.toolchainKey = try await work.toolchain?.key() ?? "none"

    let lock = try await Lock.make(declaration, request, &work)
    if !application.isInPlace {
      log.step("copying the application")
      try ApplicationFiles.copy(application, declaration, to: folder.path)
      try lock?.write(into: folder.path)
      try await ByteCode.compileApplication(in: folder.path, work)
    }
    let hasEnvironment = lock != nil || declaration.hasCommands
    var linked: LinkedPython?
    if hasEnvironment {
      linked = try await VirtualEnvironment.make(application.environment(in: folder.path), declaration, lock, work)
    }
    try Files.remove(work.folder)
    // Nobody else removes a linked Python while no arrow leads to it yet.
    let turn = try LinkedPythons.turn(beside: python)
    defer { turn.discard() }
    try linked?.install(beside: python)
    if application.isInPlace && !hasEnvironment {
      try Files.remove(application.target)
    } else {
      try Provenance.write(application)
      try folder.commit()
    }
    try LinkedPythons.removeUnused(beside: python)
    let isLockWritten = try lock?.write() ?? false
    return AddSummary(
      folder: application.folder, packages: lock?.packages.count ?? 0, lock: lock?.path, isLockWritten: isLockWritten,
      linked: linked.map { ($0.modules, $0.name) }, dynamic: work.linkage == .loaded ? work.reason : nil)
  }
}

/// What the steps share.
struct Workplace {
  /// Goes when the work is done.
  var folder: String
  var application: Application
  /// The static one, which runs here.
  var python: PythonRuntime
  var pip: PipHome
  var sources: PackageSources
  var log: BuildLog
  /// `nil`: no C code can be built.
  var toolchain: Toolchain?
  var toolchainKey = ""
  /// What the arrow runs on, and why it is not the static Python.
  var linkage = Linkage.builtIn
  var reason = ""

  /// The wheels that it takes.
  var wheels: WheelLibraries { linkage == .loaded ? .musl : .none }

  /// The Python of the arrow.
  func runtime() throws(HostError) -> PythonRuntime {
    if linkage == .builtIn { return python }
    guard let dynamic = try python.dynamic() else {
      throw HostError(
        "\(application.name) needs \(PythonRuntime.dynamicName) \(python.version), which is not in the pieces: \(reason)",
        hint: "make python-dynamic builds it", kind: .input)
    }
    return dynamic
  }
}
