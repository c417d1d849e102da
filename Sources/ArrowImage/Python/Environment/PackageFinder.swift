import ArrowHost

/// A finder for packages that are C code themselves. The import system gives what is built in no place where it would
/// look for submodules and data, so the environment gets a module that does (Programs/packages.py).
enum PackageFinder {
  private static let module = "__arrow_packages__"

  static func write(_ packages: [String], into environment: String, _ work: Workplace) async throws(HostError) {
    if packages.isEmpty { return }
    let site = work.python.sitePackages
    let names = packages.map { "\"\($0)\"" }.joined(separator: ", ")
    try Files.create("\(environment)/\(site)/\(module).py", contents: PackageResources.packages_py)
    try Files.create(
      "\(environment)/\(site)/\(module).pth", contents: Array("import \(module); \(module).find(\(names))\n".utf8))
    try await ByteCode.compilePackages(
      in: environment, as: work.application.guestEnvironment, work.python, below: "\(site)/\(module).py")
  }
}
