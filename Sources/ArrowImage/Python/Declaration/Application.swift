import ArrowHost
import ArrowSpec
import Glibc

/// What becomes an arrow: a folder with code, or one script.
struct Application {
  /// As the user wrote it, for messages; and absolute, for pip.
  var path: String
  var absolutePath: String
  /// The arrow's name.
  var name: String
  var isScript: Bool
  /// `PIECES/meta/NAME`, as the user would write it.
  var folder: String
  /// What is made as a whole: the arrow's folder, or only the environment in it. Absolute, because pip runs in other
  /// folders.
  var target: String
  /// The application lies in ``folder`` already.
  var isInPlace: Bool
  /// What its `arrow_spec.json` says; `nil` where it has none.
  var spec: Spec?
  var binary: Spec.Binary? { spec?.binary }

  init(_ request: AddRequest) throws {
    path = request.application
    guard let status = try Files.followed(path) else {
      throw HostError("there is no application \(path)", hint: "a folder, or a script: FILE.py", kind: .input)
    }
    isScript = status.st_mode & S_IFMT != S_IFDIR
    absolutePath = try Files.resolved(path)
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
    let meta = "\(request.pieces)/\(GuestContract.metas)"
    if try Files.status(of: meta) == nil { try Files.makeFolder(meta) }
    folder = "\(meta)/\(name)"
    let absoluteMeta = try Files.resolved(meta)
    isInPlace = !isScript && absoluteMeta == Files.split(absolutePath).folder
    if isInPlace { folder = path }
    target = isInPlace ? "\(absolutePath)/\(Self.environmentName)" : "\(absoluteMeta)/\(name)"
    spec = try Self.spec(in: isScript ? nil : "\(path)/\(GuestContract.specFile)")
  }

  /// The virtual environment in the arrow's folder. arrow-init looks for commands in it (``GuestContract``).
  private static let environmentName = ".venv"

  /// Where the environment is made, while ``target`` is still called `folder`.
  func environment(in folder: String) -> String { isInPlace ? folder : "\(folder)/\(Self.environmentName)" }

  /// The arrow's folder and its environment, as the task sees them.
  var guestFolder: String { "/" + GuestContract.metaFolder(name) }
  var guestEnvironment: String { "\(guestFolder)/\(Self.environmentName)" }

  /// The folder with the code.
  var codeFolder: String { isScript ? Files.split(absolutePath).folder : absolutePath }

  /// The lock file of a folder.
  static let lockName = "arrow.lock"

  /// Beside the code.
  var lockPath: String { isScript ? "\(path).lock" : "\(path)/\(Self.lockName)" }

  private static func problem(with name: String) -> String? {
    if let problem = problemWithName(name) { return problem }
    // The first line of a command holds the path of the Python in the arrow's folder. The kernel reads 255 bytes of it,
    // and pip starts a shell instead when the line has more than 127.
    if name.utf8.count > 90 { return "is longer than 90 bytes" }
    return name.contains(where: \.isWhitespace) ? "has a blank in it" : nil
  }

  private static func spec(in path: String?) throws -> Spec? {
    guard let path, try Files.status(of: path) != nil else { return nil }
    let file = try SourceFile(path)
    var spec: Spec?
    let findings = file.findings { document throws(SpecError) in spec = try Spec(document) }
    try InputErrors.throwIfAny(findings)
    return spec
  }
}
