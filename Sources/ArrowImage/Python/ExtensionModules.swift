import ArrowHost
import Glibc

/// Modules in C that were built for a static Python: where a package would have a shared library, its objects lie
/// (Programs/collect.sh).
struct ExtensionModules {
  /// Full name, and where the objects are.
  var files: [(module: String, path: String)]

  /// Below an environment; out of the way of whoever looks for packages.
  private static let folder = ".modules"

  /// Takes the objects out of the packages: they are no files that anybody could load.
  static func setAside(in environment: String, _ sitePackages: String) throws(HostError) {
    let packages = "\(environment)/\(sitePackages)"
    guard try Files.status(of: packages) != nil else { return }
    for file in try files(in: packages, below: "", called: ".so") where try isObject("\(packages)/\(file)") {
      let store = "\(environment)/\(folder)"
      if try Files.status(of: store) == nil { try Files.makeFolder(store) }
      try Files.rename("\(packages)/\(file)", to: "\(store)/\(moduleName(file))")
    }
  }

  /// Those of an environment, sorted by name.
  init(in environment: String) throws(HostError) {
    let store = "\(environment)/\(Self.folder)"
    files = []
    guard try Files.status(of: store) != nil else { return }
    let names = try Files.names(in: store).map { String(decoding: $0, as: UTF8.self) }
    files = names.sorted().map { ($0, "\(store)/\($0)") }
  }

  static func remove(from environment: String) throws(HostError) { try Files.remove("\(environment)/\(folder)") }

  private static func files(
    in root: String, below folder: String, called ending: String
  ) throws(HostError) -> [String] {
    var found: [String] = []
    for bytes in try Files.names(in: folder.isEmpty ? root : "\(root)/\(folder)") {
      let path = (folder.isEmpty ? "" : folder + "/") + String(decoding: bytes, as: UTF8.self)
      guard let status = try Files.status(of: "\(root)/\(path)") else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: found += try files(in: root, below: path, called: ending)
      case S_IFREG where path.hasSuffix(ending): found.append(path)
      default: continue
      }
    }
    return found
  }

  /// A file of theirs, below `packages`, that opens shared libraries by itself: what it looks for is not there any more.
  func loader(in packages: String) throws(HostError) -> String? {
    let folders = Set(files.compactMap { $0.module.contains(".") ? $0.module.split(separator: ".").first : nil })
    for folder in folders.sorted() {
      for file in try Self.files(in: packages, below: String(folder), called: ".py") {
        let text = String(decoding: try Files.contents(of: "\(packages)/\(file)"), as: UTF8.self)
        if ["CDLL(", "LoadLibrary(", ".dlopen("].contains(where: text.contains) { return file }
      }
    }
    return nil
  }

  private static func isObject(_ path: String) throws(HostError) -> Bool {
    ELFHeader.isRelocatable(try Files.contents(of: path, atMost: 64))
  }

  /// Those that are packages themselves. The import system gives what is built in no place where it would look for more, so
  /// a finder of our own does (Programs/packages.py).
  var packages: [String] { files.compactMap { $0.module.hasSuffix(Self.package) ? Self.importName($0.module) : nil } }

  func writeFinder(into environment: String, _ work: Workplace) async throws(HostError) {
    if packages.isEmpty { return }
    let names = packages.map { "\"\($0)\"" }.joined(separator: ", ")
    let file = "\(work.python.sitePackages)/__arrow_packages__"
    let text = "NAMES = {\(names)}\n" + String(decoding: PackageResources.packages_py, as: UTF8.self)
    try Files.create("\(environment)/\(file).py", contents: Array(text.utf8))
    try Files.create("\(environment)/\(file).pth", contents: Array("import __arrow_packages__\n".utf8))
    try await ByteCode.compilePackages(
      in: environment, as: work.application.guestEnvironment, work, below: "\(file).py")
  }

  private static let package = ".__init__"

  /// `a` of `a.__init__`: so it is imported, and so its entry is called.
  static func importName(_ module: String) -> String {
    module.hasSuffix(package) ? String(module.dropLast(package.count)) : module
  }

  /// `a/b/_c.cpython-313-x86_64-linux-musl.so` is the module `a.b._c`.
  static func moduleName(_ path: String) -> String {
    var parts = path.split(separator: "/")
    let last = parts.popLast()?.prefix { $0 != "." } ?? ""
    return (parts + [last]).joined(separator: ".")
  }
}

/// A static Python with more modules inside: an Arrow Binary of its own, called after its contents.
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
    try Files.create(list, contents: Array((listed + [work.toolchainKey]).joined(separator: "\n").utf8))
    let key = try await Tool("sha256sum", package: "coreutils").run(["--", list]).prefix(16)
    let kept = "\(cache)/\(key)"
    if try Files.status(of: kept) == nil {
      work.log.step("linking \(modules.files.count) modules into a Python")
      let new = try WholeFolder(beside: kept)
      defer { new.discard() }
      let scratch = "\(work.folder)/link"
      try Files.remove(scratch)
      try Files.makeFolder(scratch)
      _ = try await Tool("sh", package: "dash").run(
        ["\(toolchain.folder)/link.sh", toolchain.sdk, "\(new.path)/python", scratch]
          + modules.files.map { "\(ExtensionModules.importName($0.module))=\($0.path)" })
      try new.commit()
    }
    let program = "\(kept)/python"
    let sum = try await Tool("sha256sum", package: "coreutils").run(["--", program])
    return LinkedPython(
      name: "\(work.python.name)-\(sum.prefix(16))", program: program,
      modules: modules.files.map { ExtensionModules.importName($0.module) })
  }

  /// Puts it into the pieces, with its library where Python's own is.
  func install(beside python: PythonRuntime) throws(HostError) {
    let binaries = Files.split(Files.split(python.folder).folder).folder
    let home = "\(binaries)/\(name)"
    if try Files.status(of: home) != nil { return }
    let new = try WholeFolder(beside: home)
    defer { new.discard() }
    if try Files.status(of: home) != nil { return }
    let root = "\(new.path)/\(python.version)"
    for folder in [root, "\(root)/bin"] { try Files.makeFolder(folder) }
    try Files.copy(program, to: "\(root)/bin/python", mode: 0o755)
    for alias in ["python3", "python\(python.short)"] { try Files.makeLink("\(root)/bin/\(alias)", to: "python") }
    for shared in ["lib", "seccomp.json", "licenses"] where try Files.status(of: "\(python.folder)/\(shared)") != nil {
      try Files.makeLink("\(root)/\(shared)", to: "../../\(python.name)/\(python.version)/\(shared)")
    }
    try new.commit()
  }
}

/// The linked Pythons in the pieces: which of them an arrow still runs on.
enum LinkedPythons {
  /// One at a time installs and removes them; others wait.
  static func turn(beside python: PythonRuntime) throws(HostError) -> WholeFolder {
    try WholeFolder(beside: "\(Files.split(Files.split(python.folder).folder).folder)/.linked")
  }

  /// Removes those that no arrow's environment leads to, and what is left of one that was broken off: it is our turn.
  static func removeUnused(beside python: PythonRuntime) throws(HostError) {
    let binaries = Files.split(Files.split(python.folder).folder).folder
    let metas = "\(Files.split(binaries).folder)/meta"
    var used: Set<String> = []
    for bytes in try Files.names(in: metas) {
      let link = "\(metas)/\(String(decoding: bytes, as: UTF8.self))/.venv/bin/python"
      guard let status = try Files.status(of: link), status.st_mode & S_IFMT == S_IFLNK else { continue }
      used.formUnion(try Files.linkTarget(of: link).split(separator: "/").map(String.init))
    }
    for bytes in try Files.names(in: binaries) {
      let name = String(decoding: bytes, as: UTF8.self)
      let isLeft = name.hasPrefix(".") && isLinked(String(name.dropFirst().prefix { $0 != "." }))
      if isLeft || isLinked(name) && !used.contains(name) { try Files.remove("\(binaries)/\(name)") }
    }
  }

  private static func isLinked(_ name: String) -> Bool {
    let digits = name.drop { $0 != "-" }.dropFirst()
    return name.hasPrefix("python-") && digits.utf8.count == 16 && digits.allSatisfy(\.isHexDigit)
  }
}
