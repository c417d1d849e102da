import ArrowHost
import Glibc

/// What C code of packages is built with: musl's compiler, and the objects and libraries that Python itself was linked
/// from (`make sdk`).
struct Toolchain {
  /// As image/python/build --sdk lays it out: `sysroot/`, `python/`.
  var sdk: String
  /// More static libraries, with their headers (image/extensions/build); `nil` where none were built.
  var libraries: String?
  /// The folder with the compilers, for PATH.
  var folder: String
  /// A name for all that decides what is built.
  var key = ""

  private static let triple = TargetMachine.target.compilerTriple

  /// The one for a Python; `nil` where there is none, because the Python was built elsewhere. Its compilers go into
  /// `folder`.
  static func find(for python: PythonRuntime, in folder: String) async throws(HostError) -> Toolchain? {
    for home in ProgramHome.candidates() {
      let sdk = "\(home)/sdk/\(python.version)"
      guard python.name == PythonRuntime.staticName, try Files.status(of: "\(sdk)/python/link-objects") != nil else {
        continue
      }
      let libraries = "\(home)/libraries"
      var toolchain = Toolchain(
        sdk: try Files.resolved(sdk),
        libraries: try Files.status(of: "\(libraries)/lib") == nil ? nil : try Files.resolved(libraries),
        folder: folder)
      try toolchain.writeCompilers()
      toolchain.key = try await toolchain.makeKey()
      return toolchain
    }
    return nil
  }

  private func writeCompilers() throws(HostError) {
    try Files.makeFolder(folder)
    for name in ["gcc", "g++"] {
      try Files.create("\(folder)/\(Self.triple)-\(name)", contents: PackageResources.collect_sh, mode: 0o755)
    }
    try Files.create("\(folder)/link.sh", contents: PackageResources.link_sh)
  }

  /// Links the Python `program` with the objects of more modules inside; `scratch` is an empty folder for it.
  func link(_ modules: [(name: String, object: String)], into program: String, scratch: String) async throws(HostError)
  {
    _ = try await Tool("sh", package: "dash").run(
      ["\(folder)/link.sh", Self.triple, sdk, program, scratch] + modules.map { "\($0.name)=\($0.object)" })
  }

  /// What a build system is told. It must see nothing of the host's libraries, which are built for another C library.
  func environment(for linkage: Linkage) -> [String: String] {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    let programs = libraries.map { "\(folder):\($0)/bin" } ?? folder
    return [
      "PATH": "\(programs):\(path)", "CC": "\(Self.triple)-gcc", "CXX": "\(Self.triple)-g++",
      "ARROW_TRIPLE": Self.triple,
      "ARROW_SDK": sdk, "ARROW_LIBRARIES": libraries ?? "", "ARROW_LINKAGE": linkage.rawValue,
      "PKG_CONFIG_LIBDIR": "\(libraries ?? sdk)/lib/pkgconfig", "PKG_CONFIG_PATH": "",
    ]
  }

  /// The folders' paths are enough to tell their contents: each folder is called after them.
  private func makeKey() async throws(HostError) -> String {
    let file = "\(folder)/key"
    let scripts = [PackageResources.collect_sh, PackageResources.link_sh].map { String(decoding: $0, as: UTF8.self) }
    try Files.create(file, contents: Array(([sdk, libraries ?? ""] + scripts).joined(separator: "\n").utf8))
    defer { try? Files.remove(file) }
    return String(try await Tool("sha256sum", package: "coreutils").run(["--", file]).prefix(16))
  }
}
