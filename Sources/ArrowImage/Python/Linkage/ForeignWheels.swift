import ArrowHost

/// Packages that are to be had for another C library only.
enum ForeignWheels {
  /// Names them, if there are any, where pip has failed without them: pip itself says only that it finds nothing. One
  /// that has sources is named only if it is the one that can't be built.
  static func refuse(
    _ failure: PipFailure, _ declaration: Declaration, _ request: ResolutionRequest, _ work: Workplace
  ) async throws {
    var request = request
    request.wheels = .muslAndGlibc
    let file = "\(work.folder)/sources"
    request.sourcesFile = file
    guard let resolution = try? await request.resolve(declaration, work) else { return }
    let text = try Files.status(of: file) == nil ? [] : try Files.contents(of: file)
    let sources = Set(String(decoding: text, as: UTF8.self).split(separator: "\n"))
    let unbuilt = failure.unbuilt
    let culprit = unbuilt.map { canonical($0.package) }
    let foreign = resolution.nativeWheels.filter { package in
      let name = canonical(package.metadata.name)
      return package.file.contains("manylinux") && !package.file.contains("musllinux")
        && (name == culprit || !sources.contains("\(name)==\(package.metadata.version)"))
    }
    guard let first = foreign.first else { return }
    let names = foreign.map { "\($0.metadata.name) \($0.metadata.version)" }.joined(separator: ", ")
    var sentence = "there for glibc only (\(first.file)), and Python on Arrow runs on musl"
    if let unbuilt, foreign.contains(where: { canonical($0.metadata.name) == culprit }) {
      sentence +=
        "; \(foreign.count > 1 ? unbuilt.package + " from its sources" : "from its sources it") \(unbuilt.why)"
    }
    throw HostError(
      "\(names): \(sentence)",
      hint: "take a version that has a musllinux wheel or sources; or build a wheel on Alpine Linux (pip wheel "
        + "\(first.metadata.name)) and name its folder: --find-links FOLDER", kind: .input)
  }

  /// As package indexes compare names.
  private static func canonical(_ name: String) -> String {
    name.lowercased().split { "-_.".contains($0) }.joined(separator: "-")
  }
}
