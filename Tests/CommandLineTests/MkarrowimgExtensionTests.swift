import TestSupport
import Testing

/// Packages with C code are linked into a static Python, or python-dynamic takes them as wheels.
@Suite("Modules in C", .needsPython)
struct MkarrowimgExtensionTests {
  private func application(_ requirements: String) async throws -> MkarrowimgPython {
    let python = try await MkarrowimgPython()
    try python.run.write(MkarrowimgRun.spec, to: "native/arrow_spec.json")
    try python.run.write("print('native')\n", to: "native/server.py")
    try python.run.write(requirements, to: "native/requirements.txt")
    return python
  }

  /// Adds a file in place of python-dynamic. Nothing here runs it.
  private func addDynamic(_ python: MkarrowimgPython) throws {
    try python.run.write(
      Scratch.program, to: "pieces/binary/python-dynamic/v3.13.5/bin/python", mode: 0o755)
  }

  @Test("two packages whose C code clashes in symbols are linked into one Python", .needsSDK)
  func linked() async throws {
    let python = try await application("alpha\nbeta\n")
    try await python.makeSources("alpha", answer: 1)
    try await python.makeSources("beta", answer: 2)
    let said = try await python.add("native")
    #expect(
      said.stdout.replacing(#/python-[0-9a-f]{16}/#, with: "python-HASH") == """
        pieces/meta/native: 2 packages, locked in native/arrow.lock, in N s
          linked into python-HASH: alpha._speedups, beta._speedups

        """, "\(said.stderr)")
    let seen = try await python.run.shell(
      """
      find pieces/meta/native -name '*.so' | wc -l
      pieces/binary/python-*/v3.13.5/bin/python -I -B -c '
      import site, sys, zlib
      site.addsitedir("pieces/meta/native/.venv/lib/python3.13/site-packages")
      import alpha, beta, alpha._speedups
      print(alpha.answer(), beta.answer(), alpha._speedups, zlib.crc32(b"a"), sys.version_info[:2])'
      readlink pieces/meta/native/.venv/bin/python | sed 's/python-[0-9a-f]*/python-HASH/'
      """)
    #expect(
      seen.stdout == """
        0
        1 2 <module 'alpha._speedups' (built-in)> 3904355907 (3, 13)
        ../../../../binary/python-HASH/v3.13.5/bin/python

        """, "\(seen.stderr)")
  }

  @Test("a package that is C code itself has its place, its modules and its data", .needsSDK)
  func package() async throws {
    let python = try await application("alpha\nbeta\n")
    try await python.makeSources("alpha", answer: 1)
    try await python.makeSources("beta", answer: 2, isPackage: true)
    let said = try await python.add("native")
    #expect(said.stdout.contains(": alpha._speedups, beta\n"), "\(said.stdout)\(said.stderr)")
    let seen = try await python.run.shell(
      """
      pieces/binary/python-*/v3.13.5/bin/python -I -B -c '
      import site
      site.addsitedir("pieces/meta/native/.venv/lib/python3.13/site-packages")
      import importlib.resources, alpha, beta, beta.part
      print(alpha.answer(), beta.answer(), beta.part.answer is beta.answer, beta.__package__)
      print(len(beta.__path__), beta.__file__.endswith("/site-packages/beta/__init__.py"))
      print(importlib.resources.files("beta").joinpath("part.py").read_text(), end="")'
      ls pieces/meta/native/.venv/lib/python3.13/site-packages/__pycache__
      """)
    #expect(
      seen.stdout == """
        1 2 True beta
        1 True
        from . import answer
        __arrow_packages__.cpython-313.pyc

        """, "\(seen.stderr)")
  }

  @Test("the same modules are the same Python, in another cache too, and one that no arrow needs is removed", .needsSDK)
  func reproducible() async throws {
    let python = try await application("alpha\n")
    try await python.makeSources("alpha", answer: 1)
    try await python.makeSources("beta", answer: 2)
    let add =
      "XDG_CACHE_HOME=$PWD/cache$n $mkarrowimg add pieces native --find-links wheels --no-index >&2 && ls pieces/binary"
    let first = try await python.run.shell("n=1; \(add)")
    #expect(first.code == 0, "\(first.stderr)")
    let second = try await python.run.shell("n=2; rm -r pieces/binary/python-*; \(add)")
    #expect(first.stdout == second.stdout, "\(second.stderr)")
    try python.run.write("beta\n", to: "native/requirements.txt")
    let third = try await python.run.shell("n=2; \(add)")
    #expect(third.stdout != first.stdout)
    #expect(third.stdout.split(separator: "\n").count == 2, "\(third.stdout)\(third.stderr)")
  }

  @Test("C code that can't be built or linked statically is named; wheels for musl are taken instead")
  func dynamic() async throws {
    let python = try await application("gamma\n")
    try await python.makeWheel("gamma", "1.0", ["gamma.py": ""], tag: "cp313-cp313-musllinux_1_2_x86_64")
    let missing = try await python.add("native")
    #expect(missing.code == 1)
    #expect(missing.stderr.contains("native needs python-dynamic v3.13.5, which is not in the pieces: "))
    #expect(missing.stderr.hasSuffix("\n  hint: make python-dynamic builds it\n"))
    try addDynamic(python)
    let said = try await python.add("native")
    #expect(said.code == 0, "\(said.stderr)")
    #expect(
      said.stdout.hasPrefix("pieces/meta/native: 1 package, locked in native/arrow.lock, in N s\n  on python-dynamic: ")
    )
    #expect(try python.text("native/arrow.lock").contains("# For python-dynamic 3.13, requirements "))
    #expect(
      try python.text("pieces/meta/native/.venv/pyvenv.cfg").hasPrefix("home = /binary/python-dynamic/v3.13.5/bin\n"))
    #expect(
      try await python.add("native").stdout == """
        pieces/meta/native: 1 package as in native/arrow.lock, in N s
          on python-dynamic: native/arrow.lock says so

        """)
    let forced = try await python.add("native", "--static")
    #expect(forced.code == 1)
    #expect(forced.stderr.contains("No matching distribution found for gamma"), "\(forced.stderr)")
  }

  @Test("the reason for python-dynamic is told: no sources, a build tool, a compiler's error", .needsSDK)
  func reasons() async throws {
    let python = try await application("gamma\n")
    try addDynamic(python)
    try await python.makeWheel("gamma", "1.0", ["gamma.py": ""], tag: "cp313-cp313-musllinux_1_2_x86_64")
    func reason() async throws -> String {
      let said = try await python.add("native", "--upgrade")
      return said.stdout.split(separator: "\n").last.map(String.init) ?? said.stderr
    }
    #expect(try await reason() == "  on python-dynamic: there are no sources of gamma to be had")
    try await python.makeSources("gamma", answer: 3, code: "#include <nowhere.h>")
    #expect(
      try await reason()
        == "  on python-dynamic: gamma can't be built for a static Python: nowhere.h: No such file or directory")
    try await python.makeSources(
      "gamma", answer: 3, code: "int nobody_has(void); int f(void) { return nobody_has(); }")
    #expect(
      try await reason()
        == "  on python-dynamic: gamma can't be linked into a static Python: nothing has nobody_has")
    // There is no wheel, so python-dynamic is tried, and can't build the sources either.
    try await python.makeSources("zeta", answer: 3, code: "#include <nowhere.h>")
    try python.run.write("zeta\n", to: "native/requirements.txt")
    let neither = try await reason()
    #expect(
      neither.hasPrefix(
        "mkarrowimg: error: cannot get what native requires: zeta can't be built: nowhere.h: No such file or directory\n"
      ),
      "\(neither)")
    #expect(neither.contains("hint: it needs a C library for musl"))
    try await python.makeSources("loading", answer: 4, more: "import ctypes; ctypes.CDLL(__file__)")
    try await python.makeWheel("loading", "1.0", ["loading.py": ""], tag: "cp313-cp313-musllinux_1_2_x86_64")
    try python.run.write("loading\n", to: "native/requirements.txt")
    let loading = try await reason()
    #expect(
      loading
        == "  on python-dynamic: loading/__init__.py loads shared libraries itself, which a static Python can't")
    try python.run.write("rusty\n", to: "native/requirements.txt")
    try python.run.write(
      "[build-system]\nrequires = [\"maturin>=1\"]\nbuild-backend = \"maturin\"\n",
      to: "sources/rusty-1.0/pyproject.toml")
    try python.run.write("", to: "sources/rusty-1.0/PKG-INFO")
    try await python.makeWheel("maturin", "1.5", ["maturin.py": ""])
    try await python.makeWheel("rusty", "1.0", ["rusty.py": ""], tag: "cp313-cp313-musllinux_1_2_x86_64")
    let packed = try await python.run.shell("tar -C sources -czf wheels/rusty-1.0.tar.gz rusty-1.0")
    #expect(packed.code == 0)
    let rust = try await reason()
    #expect(rust == "  on python-dynamic: rusty is built with maturin, which makes no modules for a static Python")
  }

  @Test("sources that take too long to compile are left for a wheel; --static compiles them", .needsSDK)
  func large() async throws {
    let python = try await application("few\n")
    try addDynamic(python)
    // makeSources adds one file more to each.
    for (name, count) in [("few", 499), ("many", 500)] {
      try await python.makeWheel(name, "1.0", ["\(name).py": ""], tag: "cp313-cp313-musllinux_1_2_x86_64")
      let made = try await python.run.shell(
        "folder=sources/\(name)-1.0/part; mkdir -p $folder; for n in $(seq \(count)); do echo >$folder/$n.cc; done")
      #expect(made.code == 0)
      try await python.makeSources(name, answer: 5)
    }
    let few = try await python.add("native")
    #expect(few.stdout.contains("\n  linked into python-"), "\(few.stdout)\(few.stderr)")
    try python.run.write("many\n", to: "native/requirements.txt")
    #expect(
      try await python.add("native").stdout == """
        pieces/meta/native: 1 package, locked in native/arrow.lock, in N s
          on python-dynamic: many has 501 files in C and C++, and there is a wheel (--static compiles them)

        """)
    let forced = try await python.add("native", "--static")
    #expect(forced.stdout.contains("\n  linked into python-"), "\(forced.stdout)\(forced.stderr)")
  }

  @Test("--dynamic takes wheels even where all could be linked in", .needsSDK)
  func forcedDynamic() async throws {
    let python = try await application("alpha\n")
    try addDynamic(python)
    try await python.makeSources("alpha", answer: 1)
    try await python.makeWheel("alpha", "1.0", ["alpha.py": ""], tag: "cp313-cp313-musllinux_1_2_x86_64")
    #expect(
      try await python.add("native", "--dynamic").stdout == """
        pieces/meta/native: 1 package, locked in native/arrow.lock, in N s
          on python-dynamic

        """)
    let linked = try await python.add("native", "--static")
    #expect(linked.stdout.contains("\n  linked into python-"), "\(linked.stdout)\(linked.stderr)")
  }

  @Test("a package that can't be built is refused alone, before others are compiled", .needsSDK)
  func innocent() async throws {
    let python = try await application("delta\nalpha\ngamma\n")
    // alpha has sources that can be built; delta has some that can't, and gamma has wheels for musl and long sources.
    try await python.makeSources("alpha", answer: 1)
    try await python.makeWheel("alpha", "1.0", ["alpha.py": ""], tag: "cp313-cp313-manylinux_2_28_x86_64")
    try await python.makeSources("gamma", answer: 2, code: "#error gamma is compiled")
    try await python.makeWheel("gamma", "1.0", ["gamma.py": ""], tag: "cp313-cp313-musllinux_1_2_x86_64")
    try await python.makeWheel("delta", "1.0", ["delta.py": ""], tag: "cp313-cp313-manylinux_2_28_x86_64")
    try python.run.write("Metadata-Version: 2.1\nName: delta\nVersion: 1.0\n", to: "sources/delta-1.0/PKG-INFO")
    try python.run.write(
      "[build-system]\nrequires = [\"cmake>=3\"]\nbuild-backend = \"cmake\"\n",
      to: "sources/delta-1.0/pyproject.toml")
    #expect(try await python.run.shell("tar -C sources -czf wheels/delta-1.0.tar.gz delta-1.0").code == 0)
    let refused = try await python.add("native")
    #expect(
      refused.stderr.hasPrefix(
        """
        mkarrowimg: error: delta 1.0: there for glibc only (delta-1.0-cp313-cp313-manylinux_2_28_x86_64.whl), and Python on \
        Arrow runs on musl; from its sources it is built with cmake, which is not here for musl

        """), "\(refused.stderr)")

    // Without a wheel at all, the compiler has to say it; what takes long comes after.
    try python.run.write("gamma\nzeta\n", to: "native/requirements.txt")
    try await python.makeSources("zeta", answer: 3, code: "#include <nowhere.h>")
    let built = try await python.add("native", "--verbose")
    #expect(
      built.stderr.contains(
        "error: cannot get what native requires: zeta can't be built: nowhere.h: No such file or directory\n"),
      "\(built.stderr)")
    #expect(!built.stderr.contains("building gamma") && !built.stderr.contains("gamma is compiled"), "\(built.stderr)")
  }

  @Test("a package for glibc only is refused by name, before anything is built")
  func foreign() async throws {
    let python = try await application("delta\ngreeting\n")
    try await python.makeWheel("delta", "1.0", ["delta.py": ""], tag: "cp313-cp313-manylinux_2_28_x86_64")
    let refused = try await python.add("native")
    #expect(refused.code == 1)
    #expect(
      refused.stderr == """
        mkarrowimg: error: delta 1.0: there for glibc only (delta-1.0-cp313-cp313-manylinux_2_28_x86_64.whl), and Python on \
        Arrow runs on musl
          hint: take a version that has a musllinux wheel or sources; or build a wheel on Alpine Linux (pip wheel delta) and \
        name its folder: --find-links FOLDER

        """)
  }
}
