import ArrowHost

/// Packages of which there are only sources.
enum SourceBuilds {
  /// Builds them before the others, of which there are wheels, are compiled for a static Python: what can't be built for
  /// any Python is then told in seconds. pip keeps what it has built.
  static func tryFirst(_ resolution: Resolution, _ declaration: Declaration, _ work: Workplace) async throws {
    if resolution.sources.isEmpty || resolution.nativeWheels.isEmpty { return }
    var only = resolution
    only.install = resolution.sources
    work.log.step("building \(only.install.map(\.metadata.name).joined(separator: ", "))")
    let lock = try Lock(only, declaration, .builtIn, work)
    let wheels = "\(work.folder)/source-wheels"
    do {
      try await Wheels.collect(lock, in: wheels, for: .builtIn, work)
    } catch is PipFailure {
      try await Wheels.collect(lock, in: wheels, for: .loaded, work)
    }
  }
}
