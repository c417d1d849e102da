import ArrowHost
import ArrowSpec

/// A static Python with more modules inside: an Arrow Binary of its own, named after its contents.
struct LinkedPython {
  /// `python-0123456789abcdef`, and its program on the host.
  var name: String
  var program: String
  var modules: [String]

  /// Links it, unless the cache has one of the same objects.
  static func link(_ modules: ExtensionModules, _ work: Workplace) async throws(HostError) -> LinkedPython? {
    guard !modules.files.isEmpty, let toolchain = work.toolchain else { return nil }
    let cache = try CacheFolder.folder("linked-pythons")
    let sums = try await Tool("sha256sum", package: "coreutils").run(["--"] + modules.files.map(\.path))
    let listed = zip(modules.files, sums.split(separator: "\n")).map { "\($0.module) \($1.prefix(64))" }
    let list = "\(work.folder)/modules"
    try Files.remove(list)
    try Files.create(list, contents: Array((listed + [toolchain.key]).joined(separator: "\n").utf8))
    let key = try await Tool("sha256sum", package: "coreutils").run(["--", list]).prefix(16)
    let kept = "\(cache)/\(key)"
    if try Files.status(of: "\(kept)/python") == nil {
      work.log.step("linking \(modules.files.count) modules into a Python")
      let new = try WholeFolder(beside: kept)
      defer { new.discard() }
      let scratch = "\(work.folder)/link"
      try Files.remove(scratch)
      try Files.makeFolder(scratch)
      let objects = zip(modules.importNames, modules.files).map { (name: $0, object: $1.path) }
      try await toolchain.link(objects, into: "\(new.path)/python", scratch: scratch)
      try new.commit()
    }
    let program = "\(kept)/python"
    let sum = try await Tool("sha256sum", package: "coreutils").run(["--", program])
    return LinkedPython(
      name: "\(work.python.name)-\(sum.prefix(16))", program: program,
      modules: modules.importNames)
  }

  /// Puts it into the pieces, with its library where Python's own is.
  func install(beside python: PythonRuntime) throws(HostError) {
    let home = "\(python.binaries)/\(name)"
    if try Files.status(of: home) != nil { return }
    let new = try WholeFolder(beside: home)
    defer { new.discard() }
    if try Files.status(of: home) != nil { return }
    let root = "\(new.path)/\(python.version)"
    for folder in [root, "\(root)/bin"] { try Files.makeFolder(folder) }
    try Files.copy(program, to: "\(root)/bin/python", mode: 0o755)
    for alias in ["python3", "python\(python.short)"] { try Files.makeLink("\(root)/bin/\(alias)", to: "python") }
    for shared in ["lib", GuestContract.seccompProfile, "licenses"]
    where try Files.status(of: "\(python.folder)/\(shared)") != nil {
      try Files.makeLink("\(root)/\(shared)", to: "../../\(python.name)/\(python.version)/\(shared)")
    }
    try new.commit()
  }
}
