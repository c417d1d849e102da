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

  /// The one for a Python, if there is one: the Python may have been built elsewhere. Its compilers go into `folder`.
  static func find(for python: PythonRuntime, in folder: String) throws(HostError) -> Toolchain? {
    for home in GuestPart.homes() {
      let sdk = "\(home)/sdk/\(python.version)"
      guard python.name == PythonRuntime.staticName, try Files.status(of: "\(sdk)/python/link-objects") != nil else {
        continue
      }
      let libraries = "\(home)/libraries"
      let toolchain = Toolchain(
        sdk: try Application.resolved(sdk),
        libraries: try Files.status(of: "\(libraries)/lib") == nil ? nil : try Application.resolved(libraries),
        folder: folder)
      try toolchain.writeCompilers()
      return toolchain
    }
    return nil
  }

  private func writeCompilers() throws(HostError) {
    try Files.makeFolder(folder)
    for name in ["gcc", "g++"] {
      try Files.create("\(folder)/x86_64-linux-musl-\(name)", contents: PackageResources.collect_sh, mode: 0o755)
    }
    try Files.create("\(folder)/link.sh", contents: PackageResources.link_sh)
  }

  /// What a build system is told. It must see nothing of the host's libraries, which are of another C library.
  func environment(for linkage: Linkage) -> [String: String] {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    let programs = libraries.map { "\(folder):\($0)/bin" } ?? folder
    return [
      "PATH": "\(programs):\(path)", "CC": "x86_64-linux-musl-gcc", "CXX": "x86_64-linux-musl-g++",
      "ARROW_SDK": sdk, "ARROW_LIBRARIES": libraries ?? "", "ARROW_LINKAGE": linkage.rawValue,
      "PKG_CONFIG_LIBDIR": "\(libraries ?? sdk)/lib/pkgconfig", "PKG_CONFIG_PATH": "",
    ]
  }

  /// A name for all that decides what is built: each of the folders is called after its contents.
  func key() async throws(HostError) -> String {
    let file = "\(folder)/key"
    let scripts = [PackageResources.collect_sh, PackageResources.link_sh].map { String(decoding: $0, as: UTF8.self) }
    try Files.create(file, contents: Array(([sdk, libraries ?? ""] + scripts).joined(separator: "\n").utf8))
    defer { try? Files.remove(file) }
    return String(try await Tool("sha256sum", package: "coreutils").run(["--", file]).prefix(16))
  }
}

/// How a Python comes by modules in C.
public enum Linkage: String, Sendable {
  /// They are linked into the program. The way of the static Python.
  case builtIn
  /// They are loaded from wheels for musl. The way of python-dynamic.
  case loaded
}
