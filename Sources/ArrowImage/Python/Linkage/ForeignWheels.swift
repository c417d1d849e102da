import ArrowHost

/// Packages that are to be had for another C library only.
enum ForeignWheels {
  /// Names them, if there are any: pip itself says only that it finds nothing.
  static func refuse(_ declaration: Declaration, _ request: ResolutionRequest, _ work: Workplace) async throws {
    var request = request
    request.wheels = .muslAndGlibc
    guard let resolution = try? await request.resolve(declaration, work) else { return }
    let foreign = resolution.nativeWheels.filter { $0.file.contains("manylinux") && !$0.file.contains("musllinux") }
    guard let first = foreign.first else { return }
    let names = foreign.map { "\($0.metadata.name) \($0.metadata.version)" }.joined(separator: ", ")
    throw HostError(
      "\(names): there for glibc only (\(first.file)), and Python on Arrow runs on musl",
      hint: "take a version that has a musllinux wheel or sources; or build a wheel on Alpine Linux (pip wheel "
        + "\(first.metadata.name)) and name its folder: --find-links FOLDER", kind: .input)
  }
}
