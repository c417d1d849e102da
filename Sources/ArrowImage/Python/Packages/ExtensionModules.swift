import ArrowHost
import Glibc

/// Modules in C that were built for a static Python. Their packages have a relocatable object where they would have a
/// shared library (Programs/collect.sh).
struct ExtensionModules {
  /// Full names, and where the objects are.
  var files: [(module: String, path: String)]

  /// Below an environment, where nothing looks for packages.
  private static let folder = ".modules"

  /// Moves the objects out of the packages, where they would be taken for files that can be loaded.
  static func setAside(in environment: String, _ sitePackages: String) throws(HostError) {
    let packages = "\(environment)/\(sitePackages)"
    guard try Files.status(of: packages) != nil else { return }
    for file in try files(in: packages, below: "", called: ".so") where try isObject("\(packages)/\(file)") {
      let store = "\(environment)/\(folder)"
      if try Files.status(of: store) == nil { try Files.makeFolder(store) }
      try Files.rename("\(packages)/\(file)", to: "\(store)/\(moduleName(file))")
    }
  }

  /// The modules that were set aside in an environment, sorted by name.
  init(in environment: String) throws(HostError) {
    let store = "\(environment)/\(Self.folder)"
    files = []
    guard try Files.status(of: store) != nil else { return }
    files = try Files.textNames(in: store).sorted().map { ($0, "\(store)/\($0)") }
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

  /// A file in the packages of these modules that opens shared libraries by itself. It would not find them any more.
  /// `packages` is site-packages; the result is relative to it.
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
    ELFHeader(try Files.contents(of: path, atMost: 64)).map { $0.isFor(.target) && $0.isRelocatable } ?? false
  }

  /// The import names of all modules.
  var importNames: [String] { files.map { Self.importName($0.module) } }

  /// Those that are packages themselves: `a` for the module `a.__init__`.
  var packages: [String] { files.compactMap { $0.module.hasSuffix(Self.package) ? Self.importName($0.module) : nil } }

  private static let package = ".__init__"

  /// `a` for `a.__init__`: the name it is imported by, which its entry has too.
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
