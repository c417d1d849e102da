import Glibc
import TestSupport
import Testing

/// A build backend, and the file that declares the same project for it: a command, a requirement, package data.
struct BuildBackend: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var file = "pyproject.toml"
  var text: String

  /// A `pyproject.toml` with `[project]`. Its version may be left to the backend.
  private init(_ requires: String, _ backend: String, version: String = "version = \"3\"", _ tool: String = "") {
    testDescription = requires
    text = """
      [build-system]
      requires = [\(requires.split(separator: " ").map { "\"\($0)\"" }.joined(separator: ", "))]
      build-backend = "\(backend)"
      [project]
      name = "tick"
      \(version)
      description = "It ticks."
      dependencies = ["helper>=2"]
      scripts = { tick = "tick.run:main" }
      \(tool)
      """
  }

  private init(_ description: String, file: String = "pyproject.toml", text: String) {
    (testDescription, self.file, self.text) = (description, file, text)
  }

  private static let packages = "[tool.setuptools]\npackages = [\"tick\"]\npackage-data = { tick = [\"*.txt\"] }\n"

  static let all = [
    BuildBackend("setuptools>=61", "setuptools.build_meta", packages),
    BuildBackend(
      "setup.py alone", file: "setup.py",
      text: """
        from setuptools import setup
        setup(name="tick", version="3", packages=["tick"], package_data={"tick": ["*.txt"]},
              install_requires=["helper>=2"], entry_points={"console_scripts": ["tick = tick.run:main"]})

        """),
    BuildBackend("hatchling", "hatchling.build"),
    BuildBackend("flit_core>=3.4", "flit_core.buildapi"),
    BuildBackend("pdm-backend", "pdm.backend"),
    BuildBackend(
      "poetry-core",
      text: """
        [build-system]
        requires = ["poetry-core>=1"]
        build-backend = "poetry.core.masonry.api"
        [tool.poetry]
        name = "tick"
        version = "3"
        description = "It ticks."
        authors = []
        [tool.poetry.dependencies]
        python = "^3.11"
        helper = "^2.0"
        [tool.poetry.scripts]
        tick = "tick.run:main"

        """),
  ]

  /// The backends that take the version from the project's repository.
  static let versioned = [
    BuildBackend(
      "setuptools>=64 setuptools-scm>=8", "setuptools.build_meta", version: "dynamic = [\"version\"]",
      packages + "[tool.setuptools_scm]\n"),
    BuildBackend(
      "hatchling hatch-vcs", "hatchling.build", version: "dynamic = [\"version\"]",
      "[tool.hatch.version]\nsource = \"vcs\"\n"),
  ]

  private static let pins =
    "setuptools==84.2.1 hatchling==1.33.0 flit-core==4.2.0 pdm-backend==2.5.0 poetry-core==2.5.0 "
    + "setuptools-scm==10.3.4 hatch-vcs==0.5.0"

  /// A folder in the cache with all backends, which are fetched once. It is `nil` where pip reaches no index.
  static let wheels = Task {
    let python = try await MkarrowimgPython()
    let fetched = try await python.run.shell(
      """
      cache=${XDG_CACHE_HOME:-$HOME/.cache}/arrow/backends
      folder=$cache/$(echo '\(pins)' | sha256sum | cut -c1-16)
      if [ ! -e $folder ]; then
        mkdir -p $cache/new.$$
        \(MkarrowimgPython.python ?? "")/bin/python -P \(MkarrowimgPython.guest)/pip/pip -q --retries 0 \
          download -d $cache/new.$$ \(pins) >&2 || { rm -r $cache/new.$$; exit 1; }
        mv -T $cache/new.$$ $folder
      fi
      echo $folder
      """)
    return fetched.code == 0 ? fetched.stdout.split(separator: "\n").first.map(String.init) : nil
  }
}

extension Trait where Self == ConditionTrait {
  static var needsBackends: Self {
    .enabled("no build backends in the cache, and pip reaches no package index") {
      try await BuildBackend.wheels.value != nil
    }
  }
}

/// Projects that are built with the backend they name.
@Suite("Build backends", .needsPython, .needsBackends)
struct MkarrowimgBackendTests {
  private func project(_ backend: BuildBackend, at folder: String = "tick") async throws -> MkarrowimgPython {
    let python = try await MkarrowimgPython()
    let run = """
      import importlib.metadata, importlib.resources
      import helper

      def main():
          text = importlib.resources.files("tick").joinpath("text.txt").read_text()
          print(text, importlib.metadata.version("tick"), helper.X)

      """
    for (path, text) in [
      (backend.file, backend.text), ("tick/__init__.py", ""), ("tick/run.py", run), ("tick/text.txt", "data"),
      ("arrow_spec.json", MkarrowimgRun.spec), (".vscode/settings.json", "{}"),
    ] { try python.run.write(text, to: "\(folder)/\(path)") }
    return python
  }

  private func add(_ python: MkarrowimgPython, _ application: String = "tick") async throws -> Outcome {
    try await python.add(application, "--find-links \(try await BuildBackend.wheels.value ?? "")")
  }

  /// The output of the project's command.
  private func said(_ python: MkarrowimgPython) async throws -> String {
    let script = python.run.path("pieces/meta/tick/.venv/bin/tick")
    let seen = try await python.python(
      "import runpy, sys; sys.argv = ['tick']; runpy.run_path('\(script)', run_name='__main__')", arrow: "tick")
    return seen.stdout + seen.stderr
  }

  @Test("a command, a requirement and package data are installed", arguments: BuildBackend.all)
  func built(_ backend: BuildBackend) async throws {
    let python = try await project(backend)
    let before = try python.run.names("tick")
    let outcome = try await add(python)
    #expect(
      outcome.stdout == "pieces/meta/tick: 1 package, locked in tick/arrow.lock, in N s\n", "\(outcome.stderr)")
    #expect(try await said(python) == "data 3 2\n")
    #expect(try python.text("pieces/meta/tick/.venv/bin/tick").hasPrefix("#!/meta/tick/.venv/bin/python\n"))
    #expect(try python.run.names("tick") == (before + ["arrow.lock"]).sorted())
  }

  @Test("a version is the repository's, which stays as it was", arguments: BuildBackend.versioned)
  func versioned(_ backend: BuildBackend) async throws {
    let python = try await project(backend)
    let commit = "git add . && git -c user.name=a -c user.email=a@b commit -q -m one"
    let tagged = try await python.run.shell(
      "cd tick && git init -q && echo arrow.lock >.gitignore && \(commit) && git tag v1.4 && sha256sum .git/index")
    #expect(tagged.code == 0, "\(tagged.stderr)")
    let outcome = try await add(python)
    #expect(
      outcome.stdout == "pieces/meta/tick: 1 package, locked in tick/arrow.lock, in N s\n", "\(outcome.stderr)")
    #expect(try await said(python) == "data 1.4 2\n")
    let after = try await python.run.shell("cd tick && sha256sum .git/index && ls -A .git/*.lock 2>/dev/null | wc -l")
    #expect(after.stdout == tagged.stdout + "0\n")

    // One commit later, from a second working tree, where `.git` is a file.
    let later = try await python.run.shell(
      "cd tick && echo >>tick/run.py && \(commit) && git worktree add -q ../tree/tick && git rev-parse --short=7 HEAD")
    #expect(later.code == 0, "\(later.stderr)")
    #expect(try await add(python, "tree/tick").code == 0)
    let version = try await said(python).split(separator: " ")[1]
    #expect(version.hasPrefix("1.5.dev1+g\(later.stdout.split(separator: "\n")[0])"), "\(version)")
    #expect(!version.contains(".d20"), "\(version)")
  }

  @Test("without a repository no version is made up; SETUPTOOLS_SCM_PRETEND_VERSION says it")
  func unversioned() async throws {
    let python = try await project(BuildBackend.versioned[0])
    // The pieces lie in a repository, but that is not the project's.
    let git = "git init -q && git add wheels && git -c user.name=a -c user.email=a@b commit -q -m one && git tag v9"
    let made = try await python.run.shell(git)
    #expect(made.code == 0, "\(made.stderr)")
    let refused = try await add(python)
    #expect(refused.code == 1)
    #expect(refused.stderr.contains("tick can't be built: LookupError: "), "\(refused.stderr)")
    #expect(refused.stderr.contains("\n  hint: its version is the repository's, "), "\(refused.stderr)")
    let wheels = try await BuildBackend.wheels.value ?? ""
    let told = try await python.run.shell(
      """
      export SETUPTOOLS_SCM_PRETEND_VERSION=2.7
      $mkarrowimg add pieces tick --find-links wheels --find-links \(wheels) --no-index
      """)
    #expect(told.code == 0, "\(told.stderr)")
    #expect(try await said(python) == "data 2.7 2\n")
  }

  @Test("a project that requires nothing is installed, too")
  func alone() async throws {
    var backend = BuildBackend.all[0]
    backend.text = backend.text.replacing("\"helper>=2\"", with: "")
    let python = try await project(backend)
    try python.run.write("def main(): print('alone')\n", to: "tick/tick/run.py")
    let outcome = try await add(python)
    #expect(
      outcome.stdout == "pieces/meta/tick: 0 packages, locked in tick/arrow.lock, in N s\n", "\(outcome.stderr)")
    #expect(try await said(python) == "alone\n")
  }
}
