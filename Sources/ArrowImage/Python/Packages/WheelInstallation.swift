import ArrowHost

/// Wheels that are installed into an environment, with their byte code.
enum WheelInstallation {
  /// Installs all wheels of the folder `wheels`.
  static func install(
    from wheels: String, into folder: String, for linkage: Linkage, _ work: Workplace
  ) async throws {
    let environment = work.application.guestEnvironment
    let names = try Files.textNames(in: wheels).compactMap { $0.split(separator: "-").first.map(String.init) }
    let outcome = try await work.pip.run(
      .install, [folder, environment, linkage.wheels.rawValue, "--find-links", wheels] + names.sorted(),
      with: work.python, in: work.folder)
    guard outcome.isSuccess else { throw PipFailure(outcome, "install what \(work.application.name) requires") }
    try check(names, in: "\(folder)/\(work.python.sitePackages)", outcome)
    if linkage == .builtIn { try ExtensionModules.setAside(in: folder, work.python.sitePackages) }
    try await ByteCode.compilePackages(in: folder, as: environment, work.python)
  }

  /// pip's word is not taken for it: what it has put elsewhere, or nowhere, would be missing in the guest only.
  private static func check(_ names: [String], in packages: String, _ outcome: Outcome) throws(HostError) {
    let there = try Files.status(of: packages) == nil ? [] : Files.textNames(in: packages)
    let installed = Set(there.filter { $0.hasSuffix(".dist-info") }.map { canonical($0.prefix { $0 != "-" }) })
    guard let missing = names.first(where: { !installed.contains(canonical($0[...])) }) else { return }
    throw HostError(
      "pip says that it has installed \(missing), and it is not there\(lastLines(of: outcome.errors, saidBy: "pip"))")
  }

  /// The form in which names of packages are compared.
  private static func canonical(_ name: Substring) -> String { name.lowercased().replacing(#/[-_.]+/#, with: "-") }
}
