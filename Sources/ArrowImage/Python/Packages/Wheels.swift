/// Wheels: taken as they are, or built from a package's sources.
enum Wheels {
  static func collect(
    _ words: [String], in folder: String, for linkage: Linkage, _ work: Workplace
  ) async throws {
    let arguments = ["wheel", "--no-deps", "--wheel-dir", folder] + words
    let outcome = try await PipRun(arguments: arguments, linkage: linkage, wheels: linkage.wheels).run(work)
    guard outcome.isSuccess else { throw PipFailure(outcome, "get what \(work.application.name) requires") }
  }
}
