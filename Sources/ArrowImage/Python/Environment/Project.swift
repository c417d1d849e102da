import ArrowHost
import FoundationEssentials

/// The application itself, as a package.
enum Project {
  /// Builds it with its own build system and installs it like any other package.
  static func install(
    _ declaration: Declaration, into folder: String, for linkage: Linkage, _ work: Workplace
  ) async throws {
    work.log.step("building \(work.application.name)")
    let wheels = "\(work.folder)/project-wheels"
    try await Wheels.collect(
      try LocalProjects.copies(declaration, in: work.folder), in: wheels, for: linkage, work)
    try await WheelInstallation.install(from: wheels, into: folder, for: linkage, work)
  }

  /// Leaves it where it is, and makes its commands and its metadata.
  static func register(_ declaration: Declaration, in folder: String, _ work: Workplace) async throws {
    let text = String(decoding: try JSONEncoder().encode(declaration), as: UTF8.self)
    let outcome = try await work.pip.run(
      .entryPoints,
      [folder, work.application.guestEnvironment, work.python.sitePackages, work.application.guestFolder, text],
      with: work.python, in: work.folder)
    guard outcome.isSuccess else {
      throw HostError(
        "cannot make the commands of \(work.application.name)\(lastLines(of: outcome.errors, saidBy: "python"))")
    }
  }
}
