import ArgumentParser
import ArrowHost
import ArrowImage

struct Add: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Add a Python application to the pieces, with all it requires.",
    discussion: """
      APP is a folder with an arrow_spec.json and, if it requires packages, a requirements.txt or a \
      pyproject.toml; or one script, with inline metadata (PEP 723) if you like. It is copied to \
      PIECES/meta/NAME. pip installs what it requires into .venv there, and a lock file beside the \
      code keeps versions and hashes, so that the next add installs the same.

        mkarrowimg add .build/pieces hello
        mkarrowimg add .build/pieces hello --find-links wheels --no-index
      """)

  @Argument(help: "The folder with binary/ and meta/.")
  var pieces: String

  @Argument(help: ArgumentHelp("A folder or a script.", valueName: "app"))
  var application: String

  @Option(help: "The arrow's name, if it is not the folder's or the script's.")
  var name: String?

  @Option(help: ArgumentHelp("A folder or page with packages; may be given more than once.", valueName: "folder"))
  var findLinks: [String] = []

  @Flag(help: "Ask no package index.")
  var noIndex = false

  @Flag(help: "Resolve everything anew, whatever the lock file says.")
  var upgrade = false

  @Flag(help: "Install the lock file or fail.")
  var locked = false

  @Flag(name: .customLong("static"), help: "Run on the static Python: modules in C are linked into it, or it fails.")
  var isStatic = false

  @Flag(name: .customLong("dynamic"), help: "Run on python-dynamic, which loads wheels for musl.")
  var isDynamic = false

  @Option(help: ArgumentHelp("Another pip: a folder with the package.", valueName: "folder"))
  var pip: String?

  @Flag(name: .shortAndLong, help: "Say each step and when it began.")
  var verbose = false

  func validate() throws {
    try refuseEmpty(("PIECES", pieces), ("APP", application), ("--name", name), ("--pip", pip))
    for folder in findLinks { try refuseEmpty(("--find-links", folder)) }
    if upgrade && locked { throw ValidationError("--upgrade and --locked don't go together") }
    if isStatic && isDynamic { throw ValidationError("--static and --dynamic don't go together") }
  }

  func run() async throws {
    var request = AddRequest(pieces: pieces, application: application)
    request.name = name
    request.findLinks = findLinks
    request.noIndex = noIndex
    request.lockUse = upgrade ? .renew : locked ? .require : .keep
    request.linkage = isStatic ? .builtIn : isDynamic ? .loaded : nil
    request.pip = pip
    let clock = StepClock(verbose: verbose)
    let summary = try await Adding.add(request, log: clock.log)
    var said = "\(summary.folder): \(summary.packages) \(summary.packages == 1 ? "package" : "packages")"
    if let lock = summary.lock { said += summary.isLockWritten ? ", locked in \(lock)" : " as in \(lock)" }
    try answer("\(said), in \(clock.seconds) s")
    if let linked = summary.linked {
      try answer("  linked into \(linked.binary): \(linked.modules.joined(separator: ", "))")
    }
    if summary.linkage == .loaded { try answer("  on python-dynamic\(summary.reason.map { ": \($0)" } ?? "")") }
  }
}
