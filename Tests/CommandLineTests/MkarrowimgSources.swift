import ArrowHost
import Testing

extension Trait where Self == ConditionTrait {
  /// Packages with C code are built with the SDK.
  static var needsSDK: Self {
    .enabled("no SDK in .build/guest: make sdk puts it there") {
      guard let python = MkarrowimgPython.python else { return false }
      let clone = python.split(separator: "/").prefix { $0 != ".build" }.joined(separator: "/")
      return try Files.status(of: "/\(clone)/.build/guest/sdk/v3.13.5/python/link-objects") != nil
    }
  }
}

extension MkarrowimgPython {
  /// Makes an sdist of a package with a C module: `NAME._speedups`, or the package itself. It has its own build
  /// backend, so that nothing has to be fetched.
  func makeSources(
    _ name: String, answer: Int, code: String = "", more: String = "", isPackage: Bool = false
  ) async throws {
    let backend = """
      import os, subprocess, sysconfig, zipfile
      NAME, TAG = "\(name)", "cp313-cp313-linux_x86_64"
      INFO = NAME + "-1.0.dist-info"
      METADATA = f"Metadata-Version: 2.1\\nName: {NAME}\\nVersion: 1.0\\n"
      def prepare_metadata_for_build_wheel(folder, config_settings=None):
          os.makedirs(os.path.join(folder, INFO))
          open(os.path.join(folder, INFO, "METADATA"), "w").write(METADATA)
          return INFO
      def build_wheel(folder, config_settings=None, metadata_directory=None):
          library = "\(isPackage ? "__init__" : "_speedups")" + sysconfig.get_config_var("EXT_SUFFIX")
          compiler = sysconfig.get_config_var("CC")
          subprocess.check_call([compiler, "-fPIC", "-O2", "-c", "speedups.c", "-o", "speedups.o"])
          subprocess.check_call([compiler, "-shared", "speedups.o", "-lz", "-o", library])
          wheel = f"{NAME}-1.0-{TAG}.whl"
          with zipfile.ZipFile(os.path.join(folder, wheel), "w") as archive:
              file = "\(isPackage ? "part" : "__init__").py"
              archive.writestr(f"{NAME}/{file}", "from .\(isPackage ? "" : "_speedups") import answer\\n\(more)")
              archive.write(library, f"{NAME}/{library}")
              archive.writestr(INFO + "/METADATA", METADATA)
              archive.writestr(INFO + "/WHEEL", f"Wheel-Version: 1.0\\nRoot-Is-Purelib: false\\nTag: {TAG}\\n")
              archive.writestr(INFO + "/RECORD", "")
          return wheel

      """
    // All packages define the same global names, and one that Python defines, and use one of zlib's.
    let source = """
      #include <Python.h>
      #include <zlib.h>
      int shared = \(answer);
      int helper(void) { return shared; }
      int Py_Main(int argc, wchar_t **argv) { return shared = 0; }
      \(code)
      static PyObject *answer(PyObject *self, PyObject *ignored) {
        return PyLong_FromLong(crc32(0, NULL, 0) + helper());
      }
      static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, NULL}, {NULL}};
      static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_speedups", NULL, 0, methods};
      PyMODINIT_FUNC PyInit_\(isPackage ? name : "_speedups")(void) { return PyModuleDef_Init(&module); }

      """
    let folder = "sources/\(name)-1.0"
    try run.write(backend, to: "\(folder)/backend.py")
    try run.write(source, to: "\(folder)/speedups.c")
    try run.write(
      "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n",
      to: "\(folder)/pyproject.toml")
    try run.write("Metadata-Version: 2.1\nName: \(name)\nVersion: 1.0\n", to: "\(folder)/PKG-INFO")
    let packed = try await run.shell("tar -C sources -czf wheels/\(name)-1.0.tar.gz \(name)-1.0")
    try #require(packed.code == 0, "\(packed.stderr)")
  }
}
