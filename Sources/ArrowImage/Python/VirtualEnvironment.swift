import ArrowHost
import FoundationEssentials

/// An arrow's `.venv`: what `python -m venv` and `pip install` would make in the guest, made on the host.
///
///     pyvenv.cfg                     leads Python from here to the Arrow Binary with its library
///     bin/python, python3, …         links to the Arrow Binary's
///     bin/…                          the packages' commands
///     lib/python3.13/site-packages   the packages
enum VirtualEnvironment {
  static func make(
    _ folder: String, _ declaration: Declaration, _ lock: Lock?, _ work: Workplace
  ) async throws -> LinkedPython? {
    let runtime = try work.runtime()
    if try Files.status(of: folder) == nil { try Files.makeFolder(folder) }
    if let lock { try await Packages.install(lock, into: folder, work) }
    for name in ["bin", "lib", "lib/python\(work.python.short)", work.python.sitePackages]
    where try Files.status(of: "\(folder)/\(name)") == nil {
      try Files.makeFolder("\(folder)/\(name)")
    }
    if !declaration.projects.isEmpty { try await Project.install(declaration, into: folder, work) }
    if !declaration.isBuilt && declaration.hasCommands {
      try await Project.register(declaration, in: folder, work)
    }
    try ExtensionModules.setAside(in: folder, work.python.sitePackages)
    let modules = try ExtensionModules(in: folder)
    let linked = try await LinkedPython.link(modules, work)
    if linked != nil { try await modules.writeFinder(into: folder, work) }
    try ExtensionModules.remove(from: folder)
    try writeConfiguration(folder, runtime)
    try linkPython(folder, runtime, linked)
    return linked
  }

  /// What site.py and getpath.py look for beside the program, and one folder up.
  private static func writeConfiguration(_ folder: String, _ python: PythonRuntime) throws(HostError) {
    let text = """
      home = \(python.guestFolder)/bin
      include-system-site-packages = false
      version = \(python.number)

      """
    try Files.create("\(folder)/pyvenv.cfg", contents: Array(text.utf8))
  }

  private static func linkPython(_ folder: String, _ python: PythonRuntime, _ linked: LinkedPython?) throws(HostError) {
    let program = Files.split(try python.program()).name
    var python = python
    if let linked { python.name = linked.name }
    // Relative, so that it leads to the pieces' own on the host as well: meta/ARROW/.venv/bin.
    try Files.makeLink("\(folder)/bin/python", to: "../../../..\(python.guestFolder)/bin/\(program)")
    for name in ["python3", "python\(python.short)"] { try Files.makeLink("\(folder)/bin/\(name)", to: "python") }
  }
}

/// The packages of a lock file, installed; each set once, and kept in the cache.
enum Packages {
  static func install(_ lock: Lock, into folder: String, _ work: Workplace) async throws {
    try ApplicationFiles.copyTree(try await prepare(lock, work), to: folder, leavingOut: [])
  }

  /// The folder in the cache where they are.
  static func prepare(_ lock: Lock, _ work: Workplace) async throws -> String {
    let cache = try CacheFolder.folder("environments")
    let key = try await key(lock, work)
    let kept = "\(cache)/\(key)"
    if try Files.status(of: kept) == nil {
      let new = try WholeFolder(beside: kept)
      defer { new.discard() }
      work.log.step("installing \(lock.packages.count) packages")
      try await make(lock, in: new.path, work)
      try new.commit()
    }
    return kept
  }

  /// Of all that the installed files depend on.
  private static func key(_ lock: Lock, _ work: Workplace) async throws(HostError) -> String {
    let file = "\(work.folder)/key"
    let words = [lock.text, "2", work.application.guestEnvironment, work.python.guestFolder, work.toolchainKey]
    try Files.create(file, contents: Array(words.joined(separator: "\n").utf8))
    let lines = try await Tool("sha256sum", package: "coreutils").run(["--", try work.python.program(), file])
    let hashes = lines.split(separator: "\n").map { $0.prefix(64) }
    try Files.remove(file)
    return hashes.map { $0.prefix(16) }.joined(separator: "-")
  }

  private static func make(_ lock: Lock, in folder: String, _ work: Workplace) async throws {
    let wheels = "\(work.folder)/wheels"
    let file = "\(work.folder)/arrow.lock"
    // A set that can't be had for the static Python was here before.
    for path in [wheels, file] { try Files.remove(path) }
    // A project that requires nothing but what builds it.
    if lock.packages.isEmpty { return }
    try Files.create(file, contents: Array(lock.hashed.joined(separator: "\n").utf8))
    try await Wheels.collect(["--require-hashes", "--requirement", file], in: wheels, work)
    // pip takes no checkout together with hashes.
    if !lock.checkouts.isEmpty { try await Wheels.collect(lock.checkouts, in: wheels, work) }
    try await install(from: wheels, into: folder, work)
  }

  /// All wheels of a folder.
  static func install(from wheels: String, into folder: String, _ work: Workplace) async throws {
    let environment = work.application.guestEnvironment
    let names = try Files.names(in: wheels).compactMap {
      String(decoding: $0, as: UTF8.self).split(separator: "-").first.map(String.init)
    }
    let outcome = try await work.pip.run(
      PackageResources.install_py,
      [folder, environment, work.wheels.rawValue, "--find-links", wheels] + names.sorted(),
      with: work.python, in: work.folder)
    guard outcome.isSuccess else { throw PipFailure(outcome, "install what \(work.application.name) requires") }
    if work.linkage == .builtIn { try ExtensionModules.setAside(in: folder, work.python.sitePackages) }
    try await ByteCode.compilePackages(in: folder, as: environment, work)
  }
}

/// Wheels: taken as they are, or built of a package's sources.
enum Wheels {
  static func collect(_ words: [String], in folder: String, _ work: Workplace) async throws {
    let outcome = try await work.pip.pip(
      ["wheel", "--no-deps", "--wheel-dir", folder] + words, takingWheels: work.wheels,
      in: work.application.codeFolder, work)
    guard outcome.isSuccess else { throw PipFailure(outcome, "get what \(work.application.name) requires") }
  }
}

/// The application itself, as a package.
enum Project {
  /// Built by its own build system and installed like any other.
  static func install(_ declaration: Declaration, into folder: String, _ work: Workplace) async throws {
    work.log.step("building \(work.application.name)")
    let wheels = "\(work.folder)/project-wheels"
    try await Wheels.collect(try LocalProjects.copies(declaration, work), in: wheels, work)
    try await Packages.install(from: wheels, into: folder, work)
  }

  /// Where it is, with its commands and its metadata.
  static func register(_ declaration: Declaration, in folder: String, _ work: Workplace) async throws {
    let text = String(decoding: try JSONEncoder().encode(declaration), as: UTF8.self)
    let outcome = try await work.pip.run(
      PackageResources.entrypoints_py,
      [folder, work.application.guestEnvironment, work.python.sitePackages, work.application.guestFolder, text],
      with: work.python, in: work.folder)
    guard outcome.isSuccess else {
      throw HostError("cannot make the commands of \(work.application.name)\(quoted(outcome.errors, by: "python"))")
    }
  }
}
