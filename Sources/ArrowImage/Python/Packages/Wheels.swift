import ArrowHost

/// Wheels: taken as they are, or built from a package's sources.
enum Wheels {
  /// The packages of a lock file.
  static func collect(_ lock: Lock, in folder: String, for linkage: Linkage, _ work: Workplace) async throws {
    let file = "\(work.folder)/\(Application.lockName)"
    // Both are there when the same packages were tried for another Python before.
    for path in [folder, file] { try Files.remove(path) }
    if !lock.hashed.isEmpty {
      try Files.create(file, contents: Array(lock.hashed.joined(separator: "\n").utf8))
      try await collect(["--require-hashes", "--requirement", file], in: folder, for: linkage, work)
    }
    // pip takes no checkout together with hashes.
    if !lock.checkouts.isEmpty { try await collect(lock.checkouts, in: folder, for: linkage, work) }
  }

  static func collect(
    _ words: [String], in folder: String, for linkage: Linkage, _ work: Workplace
  ) async throws {
    let arguments = ["wheel", "--no-deps", "--wheel-dir", folder] + words
    let outcome = try await PipRun(arguments: arguments, linkage: linkage, wheels: linkage.wheels).run(work)
    guard outcome.isSuccess else { throw PipFailure(outcome, "get what \(work.application.name) requires") }
  }
}
