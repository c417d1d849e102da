import ArrowHost

/// Whether an application can run on the static Python: its packages are installed, and a Python is linked with their
/// modules in C.
struct LinkageTrial {
  /// What pip has resolved as if the Python could load wheels for musl.
  var resolution: Resolution

  /// Why it can't, as the end of a sentence.
  struct Failure: Error { var reason: String }

  /// The same versions, with those that have C code built from their sources.
  func run(_ declaration: Declaration, _ work: Workplace) async throws -> LinkageDecision {
    let names = resolution.nativeWheels.map(\.metadata.name)
    if work.toolchain == nil, let name = names.first {
      throw Failure(reason: "\(name) has C code, and there is nothing to build it with (make sdk)")
    }
    var resolution = resolution
    if !names.isEmpty {
      work.log.step("building \(names.joined(separator: ", ")) for a static Python")
      // Pins have no hashes, and where there are hashes there are pins.
      let pins = declaration.hasHashes ? [] : resolution.install.filter { !$0.isDirect }.map(\.pin)
      let request = ResolutionRequest(linkage: .builtIn, pins: pins, isPinned: true, fromSources: names)
      resolution = try await request.resolve(declaration, work)
    }
    let lock = try Lock(resolution, declaration, .builtIn, work)
    let packages = try await PackageSet.prepare(lock, for: .builtIn, work)
    let modules = try ExtensionModules(in: packages.folder)
    if let file = try modules.loader(in: "\(packages.folder)/\(work.python.sitePackages)") {
      throw Failure(reason: "\(file) loads shared libraries itself, which a static Python can't")
    }
    let linked: LinkedPython?
    do {
      linked = try await LinkedPython.link(modules, work)
    } catch {
      let undefined =
        error.message.firstMatch(of: #/undefined reference to .(\w+)/#).map { ": nothing has \($0.1)" } ?? ""
      throw Failure(reason: "\(names.joined(separator: ", ")) can't be linked into a static Python\(undefined)")
    }
    return LinkageDecision(
      linkage: .builtIn, lock: lock, trial: LinkageDecision.Trial(packages: packages, linked: linked))
  }
}
