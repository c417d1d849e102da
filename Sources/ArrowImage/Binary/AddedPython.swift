import ArrowHost
import ArrowSpec

/// What a Python gets on top of any binary.
enum AddedPython {
  /// The version that the Python in `tree` reports; `nil` where there is no Python.
  static func version(_ tree: String, _ request: BinaryRequest) async throws(HostError) -> String? {
    let names = try Files.textNames(in: "\(tree)/bin")
    guard names.contains("python") || names.contains("python3") else { return nil }
    // Specs name the command "python".
    for (name, other) in [("python", "python3"), ("python3", "python")] where !names.contains(name) {
      try Files.makeLink("\(tree)/bin/\(name)", to: other)
    }
    let outcome = try await runtime(tree, request).run(
      ["-c", "import platform; print(platform.python_version(), end='')"], in: "/")
    if outcome.isSuccess, !outcome.output.isEmpty { return outcome.output }
    throw HostError("\(request.path) does not run\(lastLines(of: outcome.errors, saidBy: "python"))", kind: .input)
  }

  /// Makes the byte code of the library.
  static func compile(
    _ tree: String, _ number: String, as version: String, _ request: BinaryRequest, _ log: BuildLog
  ) async throws(HostError) {
    log.step("compiling the library of Python \(number)")
    let guestFolder = "/" + GuestContract.binaryFolder(name: request.name, version: version)
    try await ByteCode.compileLibrary(of: try runtime(tree, request), as: guestFolder)
  }

  private static func runtime(_ tree: String, _ request: BinaryRequest) throws(HostError) -> PythonRuntime {
    PythonRuntime(name: request.name, version: "", folder: try Files.resolved(tree))
  }
}
