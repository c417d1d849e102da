import ArrowHost

/// The packages of a lock file, installed. Each set is installed once and then kept in the cache.
struct PackageSet {
  /// The folder in the cache. It is laid out as the environment that they are copied into.
  var folder: String

  static func prepare(_ lock: Lock, for linkage: Linkage, _ work: Workplace) async throws -> PackageSet {
    let kept = "\(try CacheFolder.folder("environments"))/\(try await key(lock, work))"
    if try !isWhole(kept) {
      let new = try WholeFolder(beside: kept)
      defer { new.discard() }
      work.log.step("installing \(lock.packages.count) packages")
      let environment = "\(new.path)/\(environmentName)"
      try Files.makeFolder(environment)
      try await install(lock, into: environment, for: linkage, work)
      try Inventory.write(environment, to: "\(new.path)/\(inventoryName)")
      try new.commit()
    }
    return PackageSet(folder: "\(kept)/\(environmentName)")
  }

  private static let environmentName = "environment"
  private static let inventoryName = "files"

  private static func isWhole(_ kept: String) throws(HostError) -> Bool {
    try Inventory.holds("\(kept)/\(environmentName)", "\(kept)/\(inventoryName)")
  }

  /// Changes when the way packages are installed does.
  private static let format = "3"

  /// A name for all that the installed files depend on. The lock file's text tells the linkage, too.
  private static func key(_ lock: Lock, _ work: Workplace) async throws(HostError) -> String {
    let file = "\(work.folder)/key"
    let words = [lock.text, format, work.application.guestEnvironment, work.python.guestFolder, work.toolchainKey]
    try Files.create(file, contents: Array(words.joined(separator: "\n").utf8))
    let lines = try await Tool("sha256sum", package: "coreutils").run(["--", try work.python.program(), file])
    let hashes = lines.split(separator: "\n").map { $0.prefix(64) }
    try Files.remove(file)
    return hashes.map { $0.prefix(16) }.joined(separator: "-")
  }

  private static func install(
    _ lock: Lock, into folder: String, for linkage: Linkage, _ work: Workplace
  ) async throws {
    // A project may require only what builds it.
    if lock.packages.isEmpty { return }
    let wheels = "\(work.folder)/wheels"
    try await Wheels.collect(lock, in: wheels, for: linkage, work)
    try await WheelInstallation.install(from: wheels, into: folder, for: linkage, work)
  }
}
