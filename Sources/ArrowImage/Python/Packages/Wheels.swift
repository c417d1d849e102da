import ArrowHost

/// Wheels: taken as they are, or built from a package's sources.
enum Wheels {
  /// The packages of a lock file.
  static func collect(_ lock: Lock, in folder: String, for linkage: Linkage, _ work: Workplace) async throws {
    let file = "\(work.folder)/\(Application.lockName)"
    // Both are there when the same packages were tried for another Python before.
    for path in [folder, file] { try Files.remove(path) }
    // In files, because addresses may hold passwords, which other users could see on a command line.
    if !lock.hashed.isEmpty {
      try Files.create(file, contents: Array(lock.filledIn(lock.hashed).utf8), mode: 0o600)
      try await collect(["--require-hashes", "--requirement", file], in: folder, for: linkage, work)
    }
    // pip takes no checkout together with hashes.
    if !lock.checkouts.isEmpty {
      try Files.remove(file)
      try Files.create(file, contents: Array(lock.filledIn(lock.checkouts).utf8), mode: 0o600)
      try await collect(["--requirement", file], in: folder, for: linkage, work)
    }
    let count = try Files.textNames(in: folder).count
    guard count == lock.packages.count else {
      throw HostError("pip has got \(count) of the \(lock.packages.count) packages in \(lock.path)")
    }
  }

  static func collect(
    _ words: [String], in folder: String, for linkage: Linkage, _ work: Workplace
  ) async throws {
    let arguments = ["wheel", "--no-deps", "--wheel-dir", folder] + words
    let outcome = try await PipRun(arguments: arguments, linkage: linkage, wheels: linkage.wheels).run(work)
    guard outcome.isSuccess else { throw PipFailure(outcome, "get what \(work.application.name) requires") }
  }
}
