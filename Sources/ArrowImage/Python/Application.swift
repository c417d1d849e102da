import ArrowHost
import ArrowSpec
import Glibc

/// What is to become an arrow: a folder with code, or one script.
struct Application {
  /// As the user wrote it, for messages; and absolute, for pip.
  var path: String
  var absolutePath: String
  /// The arrow's name.
  var name: String
  var isScript: Bool
  /// `PIECES/meta/NAME`, as the user would write it.
  var folder: String
  /// What is made as a whole: the arrow's folder, or only the environment in it. Absolute, because pip runs elsewhere.
  var target: String
  /// The application lies there already.
  var isInPlace: Bool
  /// What its `arrow_spec.json` says of the binary it runs on; `nil` where it has none.
  var binary: Spec.Binary?

  init(_ request: AddRequest) throws {
    path = request.application
    guard let status = try Files.followed(path) else {
      throw HostError("there is no application \(path)", hint: "a folder, or a script: FILE.py", kind: .input)
    }
    isScript = status.st_mode & S_IFMT != S_IFDIR
    absolutePath = try Self.resolved(path)
    let file = Files.split(absolutePath).name
    if isScript && !file.hasSuffix(".py") {
      throw HostError("\(path) is neither a folder nor a script", hint: "a script's name ends with .py", kind: .input)
    }
    name = request.name ?? (isScript ? String(file.dropLast(3)) : file)
    if let problem = Self.problem(with: name) {
      throw HostError(
        "an arrow can't be called \"\(name)\": the name \(problem)", hint: "give it one: --name NAME", kind: .input)
    }
    guard try Files.status(of: request.pieces + "/.") != nil else {
      throw HostError(
        "there is no pieces folder \(request.pieces)", hint: "make image makes one in .build/pieces", kind: .input)
    }
    let meta = "\(request.pieces)/meta"
    if try Files.status(of: meta) == nil { try Files.makeFolder(meta) }
    folder = "\(meta)/\(name)"
    let absoluteMeta = try Self.resolved(meta)
    isInPlace = !isScript && absoluteMeta == Files.split(absolutePath).folder
    if isInPlace { folder = path }
    target = isInPlace ? "\(absolutePath)/.venv" : "\(absoluteMeta)/\(name)"
    binary = try Self.binary(in: isScript ? nil : "\(path)/\(GuestContract.specFile)")
    try Provenance.check(self)
  }

  /// Where the environment is made, while ``target`` is still called `folder`.
  func environment(in folder: String) -> String { isInPlace ? folder : "\(folder)/.venv" }

  /// The arrow's folder and its environment, as the task sees them.
  var guestFolder: String { "/" + GuestContract.metaFolder(name) }
  var guestEnvironment: String { "\(guestFolder)/.venv" }

  /// The folder with the code.
  var codeFolder: String { isScript ? Files.split(absolutePath).folder : absolutePath }

  /// Beside the code.
  var lockPath: String { isScript ? "\(path).lock" : "\(path)/\(Lock.fileName)" }

  static func resolved(_ path: String) throws(HostError) -> String {
    guard let resolved = realpath(path, nil) else { throw Files.failure("look at \(path)") }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func problem(with name: String) -> String? {
    if let problem = problemWithName(name) { return problem }
    // The first line of a command holds the path of the Python in the arrow's folder: the kernel reads 255 bytes of it,
    // and pip would write a shell's line from 127 on.
    if name.utf8.count > 90 { return "is longer than 90 bytes" }
    return name.contains(where: \.isWhitespace) ? "has a blank in it" : nil
  }

  private static func binary(in path: String?) throws -> Spec.Binary? {
    guard let path, try Files.status(of: path) != nil else { return nil }
    let file = try SourceFile(path)
    var binary: Spec.Binary?
    let findings = SpecCheck.findings(in: file) { document throws(SpecError) in binary = try Spec(document).binary }
    try InputErrors.throwIfAny(findings)
    return binary
  }
}

/// Which arrows `add` may replace: those it made itself. A folder that somebody made by hand may be the only copy.
enum Provenance {
  /// Beside the arrow's folder; a name with a dot is no arrow.
  private static func mark(_ application: Application) -> String {
    let (meta, name) = Files.split(application.folder)
    return "\(meta)/.\(name).added"
  }

  static func check(_ application: Application) throws(HostError) {
    guard !application.isInPlace, try Files.status(of: application.folder) != nil,
      try Files.status(of: mark(application)) == nil
    else { return }
    throw HostError(
      "\(application.folder) is there already, and was not made by mkarrowimg add; it is left as it is",
      hint: "remove it, or give the arrow another name: --name NAME", kind: .input)
  }

  /// To be called before the folder is there.
  static func write(_ application: Application) throws(HostError) {
    if application.isInPlace { return }
    try WholeFile.write(Array((application.absolutePath + "\n").utf8), to: mark(application))
  }
}
