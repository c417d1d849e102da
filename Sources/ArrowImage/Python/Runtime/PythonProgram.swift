import ArrowHost

/// Our own programs in Python, which import what pip is made of. They are modules of one folder (Programs/) and import
/// each other.
enum PythonProgram: String {
  /// Reads what an application declares.
  case declaration
  case pip = "run_pip"
  /// Installs wheels into an environment.
  case install
  /// Makes an application's commands.
  case entryPoints = "entrypoints"

  private static let modules: [(name: String, text: [UInt8])] = [
    ("__main__", PackageResources.main_py), ("declaration", PackageResources.declaration_py),
    ("entrypoints", PackageResources.entrypoints_py), ("failures", PackageResources.failures_py),
    ("install", PackageResources.install_py), ("requirements", PackageResources.requirements_py),
    ("run_pip", PackageResources.run_pip_py), ("wheel_tags", PackageResources.wheel_tags_py),
  ]

  /// The folder with all of them. It is in the cache, so that Python can keep their byte code.
  static func folder() throws(HostError) -> String {
    let kept = "\(try CacheFolder.folder("programs"))/\(key)"
    if try Files.status(of: kept) != nil { return kept }
    let new = try WholeFolder(beside: kept)
    defer { new.discard() }
    // Another process may have made it while we waited.
    if try Files.status(of: kept) != nil { return kept }
    for module in modules { try Files.create("\(new.path)/\(module.name).py", contents: module.text) }
    try new.commit()
    return kept
  }

  /// Tells one version of the programs from another (FNV-1a). It protects from nothing: the cache is the user's own.
  private static var key: String {
    let hash = modules.flatMap { Array($0.name.utf8) + $0.text }.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    return String(hash, radix: 16)
  }
}
