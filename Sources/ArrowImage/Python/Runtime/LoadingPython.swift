import ArrowHost

extension PythonRuntime {
  /// python-dynamic as a program that runs here, made in `folder`: in the guest its loader has another path. `nil`
  /// where the pieces have no python-dynamic.
  func loading(in folder: String) throws(HostError) -> PythonRuntime? {
    guard let dynamic = try dynamic() else { return nil }
    if try Files.status(of: folder) == nil {
      let program = try Files.contents(of: try dynamic.program())
      let loader = "\(dynamic.folder)/lib/\(TargetMachine.target.loader)"
      for path in [folder, "\(folder)/bin"] { try Files.makeFolder(path) }
      try Files.create(
        "\(folder)/bin/python", contents: ELFHeader(program)?.replacingLoader(by: loader) ?? program, mode: 0o755)
      try Files.makeLink("\(folder)/lib", to: "\(self.folder)/lib")
    }
    return PythonRuntime(name: Self.dynamicName, version: version, folder: folder)
  }
}
