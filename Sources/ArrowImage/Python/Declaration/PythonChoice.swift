import ArrowHost
import ArrowSpec

extension PythonRuntime {
  /// The Pythons that the application may run on: the one that its spec means, or else all there are.
  static func all(for application: Application, in pieces: String) throws -> [PythonRuntime] {
    // python-dynamic does not run here, so the static one of the same version is used for it.
    let isDynamic = application.binary.map { $0.name == dynamicName } ?? false
    let name = isDynamic ? staticName : application.binary?.name ?? staticName
    let folder = "\(pieces)/\(GuestContract.binaryFolder(name: name))"
    let versions =
      try Files.status(of: folder) == nil
      ? []
      : Files.textNames(in: folder).filter { !$0.hasPrefix(".") }
    var wanted = versions
    if let prefix = application.binary?.version {
      wanted = BinaryVersion.best(for: prefix, among: versions).map { [$0] } ?? []
    }
    guard !wanted.isEmpty else {
      throw HostError(
        "\(pieces) has no binary \(name) \(application.binary?.version ?? "")",
        hint: versions.isEmpty
          ? "make image builds one; mkarrowimg binary add adds one" : "it has " + joined(versions), kind: .input)
    }
    let home = try Files.resolved(folder)
    return wanted.map { PythonRuntime(name: name, version: $0, folder: "\(home)/\($0)") }
  }

  static func choose(_ number: String, among pythons: [PythonRuntime]) throws(HostError) -> PythonRuntime {
    guard let python = pythons.first(where: { $0.number == number }) else {
      throw HostError("there is no Python \(number) in the pieces", kind: .input)
    }
    return python
  }
}
