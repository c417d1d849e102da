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
    if linkage == .builtIn { try ExtensionModules.setAside(in: folder, work.python.sitePackages) }
    try await ByteCode.compilePackages(in: folder, as: environment, work.python)
  }
}
