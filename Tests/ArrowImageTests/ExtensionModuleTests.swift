import ArrowHost
import Testing

@testable import ArrowImage

@Suite("Modules in C of an environment")
struct ExtensionModuleTests {
  private static let site = "lib/python3.13/site-packages"
  /// ET_REL instead of ET_EXEC.
  private static let object: [UInt8] = {
    var bytes = Scratch.program
    bytes[16] = 1
    return bytes
  }()
  private static let sharedLibrary: [UInt8] = {
    var bytes = Scratch.program
    bytes[16] = 3
    return bytes
  }()

  private func environment(_ files: [String: [UInt8]]) throws -> Scratch {
    let scratch = Scratch()
    for (path, contents) in files { try scratch.write(contents, to: "venv/\(Self.site)/\(path)") }
    return scratch
  }

  /// The modules' full names, once they are set aside.
  private func modules(_ scratch: Scratch) throws -> ExtensionModules {
    try ExtensionModules.setAside(in: scratch.url("venv"), Self.site)
    return try ExtensionModules(in: scratch.url("venv"))
  }

  @Test("modules in C are the objects in its packages, by their full names and sorted")
  func names() throws {
    let scratch = try environment([
      "pkg/sub/_c.cpython-313-x86_64-linux-musl.so": Self.object, "alone.so": Self.object,
      "pkg/_speedups.abi3.so": Self.object, "pkg/__init__.py": [],
    ])
    #expect(try modules(scratch).files.map(\.module) == ["alone", "pkg._speedups", "pkg.sub._c"])
  }

  @Test("modules in C are moved out of the packages, and nothing else is")
  func setAside() throws {
    let scratch = try environment([
      "pkg/_c.so": Self.object, "pkg/lib.so": Self.sharedLibrary, "pkg/text.so": Array("none".utf8),
      "pkg/object.o": Self.object, "pkg/cut.so": Array(Self.object.prefix(40)),
    ])
    let modules = try modules(scratch)
    #expect(try scratch.names("venv/\(Self.site)/pkg") == ["cut.so", "lib.so", "object.o", "text.so"])
    #expect(modules.files.map(\.path) == [scratch.url("venv/.modules/pkg._c")])
    #expect(try Files.contents(of: modules.files[0].path) == Self.object)
  }

  @Test("modules in C of another machine are left where they are")
  func otherMachine() throws {
    var arm = Self.object
    arm[18] = 183
    #expect(try modules(try environment(["pkg/_c.so": arm])).files.isEmpty)
  }

  @Test("modules in C are none where there are no packages, or none in C")
  func none() throws {
    let scratch = Scratch()
    try scratch.write("", to: "venv/pyvenv.cfg")
    #expect(try modules(scratch).files.isEmpty)
    #expect(try modules(try environment(["pkg/__init__.py": []])).files.isEmpty)
  }

  @Test("modules in C are gone from the environment when they are linked in")
  func removed() throws {
    let scratch = try environment(["pkg/_c.so": Self.object])
    _ = try modules(scratch)
    try ExtensionModules.remove(from: scratch.url("venv"))
    #expect(try scratch.names("venv") == ["lib"])
  }

  @Test(
    "modules in C are called after the file, up to its first dot",
    arguments: [
      ("a/b/_c.cpython-313-x86_64-linux-musl.so", "a.b._c"), ("_c.so", "_c"), ("a/__init__.abi3.so", "a.__init__"),
    ])
  func moduleName(path: String, name: String) {
    #expect(ExtensionModules.moduleName(path) == name)
  }

  @Test("modules in C that are packages are built in under the package's name")
  func builtInNames() throws {
    let modules = try modules(
      try environment([
        "whole/__init__.cpython-313.so": Self.object, "pkg/_c.so": Self.object, "outer/inner/__init__.so": Self.object,
      ]))
    #expect(modules.importNames == ["outer.inner", "pkg._c", "whole"])
    #expect(modules.packages == ["outer.inner", "whole"])
  }

  @Test(
    "modules in C whose package loads shared libraries itself are told by that file",
    arguments: ["ctypes.CDLL('x')", "cdll.LoadLibrary('x')", "ffi.dlopen('x')"])
  func loader(code: String) throws {
    let scratch = try environment(["pkg/_c.so": Self.object, "pkg/deep/load.py": Array("x = \(code)\n".utf8)])
    #expect(try modules(scratch).loader(in: scratch.url("venv/\(Self.site)")) == "pkg/deep/load.py")
  }

  @Test(
    "modules in C are no matter of a package without any that loads libraries, nor of one that only names them"
  )
  func noLoader() throws {
    let scratch = try environment([
      "pkg/_c.so": Self.object, "pkg/a.py": Array("CDLL = None\n".utf8), "pkg/notes.txt": Array("CDLL(".utf8),
      "other/load.py": Array("CDLL('x')\n".utf8),
    ])
    #expect(try modules(scratch).loader(in: scratch.url("venv/\(Self.site)")) == nil)
  }
}
