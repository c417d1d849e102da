import ArrowHost

/// How pip is started for one of its tasks.
struct PipRun {
  var arguments: [String]
  /// The Python that the packages are for; it decides how C code is built.
  var linkage: Linkage
  /// The wheels with shared libraries that are taken.
  var wheels = WheelLibraries.none
  /// Environment variables that this run needs besides those of all runs.
  var variables: [String: String] = [:]

  /// Runs pip in the folder with the application's code.
  func run(_ work: Workplace) async throws(HostError) -> Outcome {
    var environment = PackageSources.environment.merging(work.sources.settings) { $1 }
    // A wheel that pip has built from sources is kept for others that build with the same tools.
    var cache = "\(CacheFolder.path)/pip"
    if let toolchain = work.toolchain {
      environment.merge(toolchain.environment(for: linkage)) { $1 }
      cache += "-\(toolchain.key)-\(linkage.rawValue)"
    }
    environment.merge(variables) { $1 }
    environment.merge(LocalProjects.environment(in: work.folder)) { $1 }
    // What pip leaves when it is killed is removed with the rest.
    let temporary = "\(work.folder)/temporary"
    if try Files.status(of: temporary) == nil { try Files.makeFolder(temporary) }
    environment["TMPDIR"] = temporary
    let words = arguments + work.sources.options + ["--cache-dir", cache]
    let outcome = try await work.pip.run(
      .pip, [wheels.rawValue] + words, with: work.python, in: work.application.codeFolder, adding: environment,
      handsOnUser: true)
    // A tool that builds may have C code itself: cffi.
    guard !outcome.isSuccess, outcome.errors.contains("a static program cannot load shared objects"),
      let loading = try work.python.loading(in: "\(work.folder)/loading-python")
    else { return outcome }
    return try await work.pip.run(
      .pip, ["\(wheels.rawValue),tools"] + words, with: loading, in: work.application.codeFolder, adding: environment,
      handsOnUser: true)
  }
}
