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
    let work = Workplace(
      folder: "\(folder.path)/.work", application: application, python: python, pip: pip,
      sources: try PackageSources(request), log: log)
    try Files.makeFolder(work.folder)

    let lock = try await Lock.make(declaration, request, work)
    if !application.isInPlace {
      log.step("copying the application")
      try ApplicationFiles.copy(application, declaration, to: folder.path)
      try lock?.write(into: folder.path)
      try await ByteCode.compileApplication(in: folder.path, work)
    }
    let hasEnvironment = lock != nil || declaration.hasCommands
    if hasEnvironment {
      try await VirtualEnvironment.make(application.environment(in: folder.path), declaration, lock, work)
    }
    try Files.remove(work.folder)
    if application.isInPlace && !hasEnvironment {
      try Files.remove(application.target)
    } else {
      try Provenance.write(application)
      try folder.commit()
    }
    let isLockWritten = try lock?.write() ?? false
    return AddSummary(
      folder: application.folder, packages: lock?.packages.count ?? 0, lock: lock?.path, isLockWritten: isLockWritten)
  }
}

/// What the steps share.
struct Workplace {
  /// Goes when the work is done.
  var folder: String
  var application: Application
  var python: PythonRuntime
  var pip: PipHome
  var sources: PackageSources
  var log: BuildLog
}
