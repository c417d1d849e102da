import ArrowHost
import Glibc

/// The folder with our programs in Python (Programs/), which are modules there.
final class ProgramFolder: Sendable {
  let path: String
  private let isTemporary: Bool

  private static let modules: [(name: String, text: [UInt8])] = [
    ("__main__", PackageResources.main_py), ("declaration", PackageResources.declaration_py),
    ("documents", PackageResources.documents_py), ("entrypoints", PackageResources.entrypoints_py),
    ("failures", PackageResources.failures_py), ("install", PackageResources.install_py),
    ("pip_for_builds", PackageResources.pip_for_builds_py), ("pip_settings", PackageResources.pip_settings_py),
    ("requirement_files", PackageResources.requirement_files_py),
    ("requirements", PackageResources.requirements_py), ("run_pip", PackageResources.run_pip_py),
    ("sources", PackageResources.sources_py), ("tools", PackageResources.tools_py),
    ("unread", PackageResources.unread_py),
    ("user_environment", PackageResources.user_environment_py), ("wheel_tags", PackageResources.wheel_tags_py),
  ]

  /// Makes the folder in the cache, so that Python keeps the byte code of the programs. It is a temporary folder where
  /// the cache can't be written: an application without requirements needs no cache.
  init() throws(HostError) {
    do {
      path = try Self.kept()
      isTemporary = false
    } catch {
      path = try Self.temporary()
      isTemporary = true
    }
  }

  deinit { if isTemporary { try? Files.remove(path) } }

  private static func kept() throws(HostError) -> String {
    let kept = "\(try CacheFolder.folder("programs"))/\(key)"
    if try isWhole(kept) { return kept }
    let new = try WholeFolder(beside: kept)
    defer { new.discard() }
    // Another process may have made it while we waited.
    if try isWhole(kept) { return kept }
    try write(into: new.path)
    try new.commit()
    return kept
  }

  private static func isWhole(_ folder: String) throws(HostError) -> Bool {
    for module in modules where try Files.status(of: "\(folder)/\(module.name).py")?.st_size != module.text.count {
      return false
    }
    return true
  }

  private static func temporary() throws(HostError) -> String {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/mkarrowimg-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw Files.failure("make a folder in \(parent)") }
    let folder = String(cString: made)
    try write(into: folder)
    return folder
  }

  private static func write(into folder: String) throws(HostError) {
    for module in modules { try Files.create("\(folder)/\(module.name).py", contents: module.text) }
  }

  /// Tells one version of the programs from another (FNV-1a). It protects from nothing: the cache is the user's own.
  private static var key: String {
    let hash = modules.flatMap { Array($0.name.utf8) + $0.text }.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    return String(hash, radix: 16)
  }
}
