import TestSupport
import Testing

/// What uv, poetry, pdm, pipenv, conda and others say about requirements: read, or refused by name.
@Suite("Requirements for other tools", .needsPython)
struct MkarrowimgToolTests {
  private func application(_ project: String) async throws -> MkarrowimgPython {
    let python = try await MkarrowimgPython()
    try python.run.write(MkarrowimgRun.spec, to: "app/arrow_spec.json")
    try python.run.write(project, to: "app/pyproject.toml")
    return python
  }

  /// Makes an index with one package, `mine`, whose version tells where it is from.
  private func makeIndex(_ folder: String, version: String, _ python: MkarrowimgPython) async throws {
    let wheel = "mine-\(version)-py3-none-any.whl"
    try await python.makeWheel("mine", version, ["mine.py": ""], in: "\(folder)/mine")
    try python.run.write("<a href=\"\(wheel)\">\(wheel)</a>", to: "\(folder)/mine/index.html")
  }

  private func makeProject(_ name: String, at folder: String, _ python: MkarrowimgPython, more: String = "") throws {
    let backend = """
      import os, zipfile
      INFO = "\(name)-1.dist-info/"
      TEXTS = {"\(name).py": "", INFO + "METADATA": "Metadata-Version: 2.1\\nName: \(name)\\nVersion: 1\\n",
               INFO + "WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n", INFO + "RECORD": ""}
      def build_wheel(folder, config_settings=None, metadata_directory=None):
          with zipfile.ZipFile(folder + "/\(name)-1-py3-none-any.whl", "w") as wheel:
              for name, text in TEXTS.items(): wheel.writestr(zipfile.ZipInfo(name), text)
          return "\(name)-1-py3-none-any.whl"
      """
    try python.run.write(backend, to: "\(folder)/backend.py")
    try python.run.write(
      "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n"
        + "[project]\nname = \"\(name)\"\nversion = \"1\"\n\(more)", to: "\(folder)/pyproject.toml")
  }

  @Test("uv's sources are installed, not public packages of their names: path, workspace, git, url, index")
  func uvSources() async throws {
    let python = try await application(
      """
      [project]
      name = "app"
      version = "1"
      dependencies = ["folder", "member>=1", "repository", "archive", "mine", "helper"]
      [tool.uv.sources]
      folder = { path = "libs/folder", editable = true }
      member = { workspace = true }
      repository = { git = "file://PWD/repository" }
      archive = [
        { url = "https://localhost:1/no.whl", marker = "sys_platform == 'win32'" },
        { url = "file://PWD/own/archive-7-py3-none-any.whl", marker = "sys_platform != 'win32'" },
      ]
      mine = { index = "own" }
      [tool.uv.workspace]
      members = ["members/*"]
      [[tool.uv.index]]
      name = "own"
      url = "file://PWD/own/simple"
      explicit = true
      """)
    try makeProject(
      "folder", at: "app/libs/folder", python,
      more: "dependencies = [\"deep\"]\n[tool.uv.sources]\ndeep = { path = \"../deep\" }\n")
    for (name, folder) in [("deep", "app/libs/deep"), ("member", "app/members/m"), ("repository", "repository")] {
      try makeProject(name, at: folder, python)
    }
    for name in ["folder", "member", "repository", "archive", "deep"] {
      try await python.makeWheel(name, "99", ["\(name).py": ""])
    }
    try await python.makeWheel("archive", "7", ["archive.py": ""], in: "own")
    try await makeIndex("own/simple", version: "7", python)
    try await makeIndex("public", version: "99", python)
    let seen = try await python.run.shell(
      """
      sed -i "s,PWD,$PWD," app/pyproject.toml
      (cd repository; git init -q; git add .; git -c user.name=a -c user.email=a@b commit -qm one)
      PIP_INDEX_URL=file://$PWD/public $mkarrowimg add pieces app --find-links wheels >/dev/null
      ls -d pieces/meta/app/.venv/lib/python3.13/site-packages/*.dist-info | sed 's,.*/,,'
      """)
    #expect(
      seen.stdout == """
        archive-7.dist-info
        deep-1.dist-info
        folder-1.dist-info
        helper-2.1.dist-info
        member-1.dist-info
        mine-7.dist-info
        repository-1.dist-info

        """, "\(seen.stderr)")
  }

  @Test("the sources of a workspace's root hold for its members; those of extras that are asked for, and no others")
  func inherited() async throws {
    let python = try await application("")
    try python.run.write(
      """
      [tool.uv.workspace]
      members = ["members/*"]
      [tool.uv.sources]
      folder = { path = "libs/folder" }
      other = { path = "libs/none" }
      helper = { path = "libs/none" }
      """, to: "pyproject.toml")
    try makeProject("folder", at: "libs/folder", python)
    try makeProject("asked", at: "libs/asked", python)
    try makeProject("unasked", at: "libs/unasked", python)
    try makeProject(
      "m", at: "members/m", python,
      more: """
        dependencies = ["folder", "helper", "other; sys_platform == 'win32'"]
        optional-dependencies = { one = ["asked"], two = ["unasked"] }
        [tool.uv.sources]
        helper = { url = "file://PWD/wheels/helper-2.1-py3-none-any.whl" }
        asked = { path = "../../libs/asked" }
        unasked = { path = "../../libs/unasked" }
        """)
    try python.run.write(MkarrowimgRun.spec, to: "members/m/arrow_spec.json")
    try python.run.write(".[one]\n", to: "members/m/requirements.txt")
    for name in ["folder", "asked", "unasked"] { try await python.makeWheel(name, "99", ["\(name).py": ""]) }
    let seen = try await python.run.shell(
      """
      sed -i "s,PWD,$PWD," members/m/pyproject.toml
      $mkarrowimg add pieces members/m --find-links wheels --no-index >/dev/null
      ls -d pieces/meta/m/.venv/lib/python3.13/site-packages/*.dist-info | sed 's,.*/,,'
      """)
    #expect(
      seen.stdout == "asked-1.dist-info\nfolder-1.dist-info\nhelper-2.1.dist-info\nm-1.dist-info\n", "\(seen.stderr)")
  }

  @Test("no-index of uv's holds")
  func noIndex() async throws {
    let python = try await application(
      "[project]\nname = \"app\"\nversion = \"1\"\ndependencies = [\"mine\"]\n[tool.uv]\nno-index = true\n")
    try await makeIndex("public", version: "99", python)
    let seen = try await python.run.shell("PIP_INDEX_URL=file://$PWD/public $mkarrowimg add pieces app")
    #expect(seen.stderr.contains("No matching distribution found for mine"), "\(seen.stderr)")
  }

  @Test(
    "an index of the user's own goes before the public one, and a package that is tied to one comes from nowhere else",
    arguments: [
      "[[tool.uv.index]]\nname = \"own\"\nurl = \"URL\"\n", "[[tool.uv.index]]\nurl = \"URL\"\ndefault = true\n",
      "[tool.uv]\nextra-index-url = [\"URL\"]\n", "[tool.uv]\nindex-url = \"URL\"\n",
      "[[tool.pdm.source]]\nname = \"own\"\nurl = \"URL\"\n", "[[tool.pdm.source]]\nname = \"pypi\"\nurl = \"URL\"\n",
      "[[tool.pdm.source]]\nname = \"own\"\nurl = \"${OWN}\"\ninclude_packages = [\"mine\"]\n",
      "[[tool.rye.sources]]\nname = \"own\"\nurl = \"URL\"\n",
      "[[tool.poetry.source]]\nname = \"own\"\nurl = \"URL\"\npriority = \"supplemental\"\n",
      "[[tool.poetry.source]]\nname = \"own\"\nurl = \"URL\"\npriority = \"explicit\"\n"
        + "[tool.poetry.dependencies]\nmine = { source = \"own\" }\n",
    ])
  func indexes(tables: String) async throws {
    let python = try await application(
      "[project]\nname = \"app\"\nversion = \"1\"\ndependencies = [\"mine\"]\n" + tables)
    try await makeIndex("own", version: "7", python)
    try await makeIndex("public", version: "99", python)
    let seen = try await python.run.shell(
      """
      sed -i "s,URL,file://$PWD/own," app/pyproject.toml; export OWN=file://$PWD/own
      PIP_INDEX_URL=file://$PWD/public $mkarrowimg add pieces app >/dev/null; grep -o '^mine==[0-9]*' app/arrow.lock
      """)
    #expect(seen.stdout == "mine==7\n", "\(seen.stderr)")
  }

  @Test("what can't be read of other tools is refused with its place")
  func refused() async throws {
    let python = try await application("")
    let head = "[project]\nname = \"app\"\nversion = \"1\"\ndependencies = [\"helper\"]\n"
    let built = "[build-system]\nrequires = [\"poetry-core\"]\nbuild-backend = \"poetry.core.masonry.api\"\n"
    for (text, message) in [
      (head + "[tool.uv.sources]\nhelper = { path = \"none\" }\n", ":6:1: error: there is no app/none\n"),
      (head + "[tool.uv.sources]\nhelper = { index = \"none\" }\n", ":6:1: error: there is no index none\n"),
      (head + "[tool.uv.sources]\nhelper = { workspace = true }\n", ":6:1: error: there is no [tool.uv.workspace]"),
      (head + "[tool.uv.sources]\nhelper = { package = false, path = \".\" }\n", ":6:1: error: helper is no package"),
      (head + "[tool.uv.sources]\nhelper = { bucket = \"x\" }\n", ":6:1: error: where helper comes from"),
      (head + "[tool.uv.sources]\nhelper = 3\n", ": error: a table of [tool] is not as its tool has it"),
      (head + "[tool.uv]\noverride-dependencies = [\"x\"]\n", ":6:1: error: pip has nothing like uv's override"),
      (head + "[tool.pdm.resolution.overrides]\nx = \"1\"\n", ":6:1: error: pip has nothing like pdm's overrides"),
      (head + "[tool.pixi.pypi-dependencies]\nx = \"*\"\n", ":6:1: error: pixi's requirements are not read: x\n"),
      (head + "[tool.pixi.target.linux.dependencies]\nx = \"*\"\n", ":6:1: error: pixi's requirements are not read: x"),
      (head + "[tool.pixi.pypi-options]\nindex-url = \"x\"\n", ":6:1: error: pixi's index-url is not read\n"),
      ("[tool.flit.metadata]\nrequires = [\"x\"]\n", ":1:1: error: requirements stand here"),
      (built + "[tool.poetry.dependencies]\nx = { path = \"./x\" }\n", ":5:1: error: poetry makes the folder ./x an"),
      (
        "[tool.poetry.dependencies]\nx = \"^1\"\n",
        ":1:1: error: requirements stand here, where only other tools read them\n  hint: poetry export"
      ),
      ("[project]\nname = \"a\"\ndynamic = [\"dependencies\"]\n", ":3:1: error: the dependencies are dynamic, and no"),
      (built + "[project]\nname = \"a\"\ndependencies = [\"x @ {root:uri}/x\"]\n", ":6:17: error: 'x @ {root:uri}/x'"),
      ("[dependency-groups]\nx = [\"helper\"]\n", ":1:1: error: requirements stand here"),
      ("[project]\nname = 3\n", ":2:1: error: name must be a string\n"),
      ("[project]\nversion = 1.0\n", ":2:1: error: version must be a string\n"),
      ("[project]\nrequires-python = 3.13\n", ":2:1: error: requires-python must be a string\n"),
      ("[project.scripts]\nx = \"nothing\"\n", ":2:1: error: 'nothing' is no function\n  hint: x = \"MODULE:FUNCTION"),
      ("[project.scripts]\n\"../x\" = \"a:b\"\n", ":2:1: error: '../x' can't be a command's name\n"),
      ("x = " + String(repeating: "[", count: 3000), ": error: lists or tables that are nested too deeply\n"),
    ] {
      try python.run.write(text, to: "app/pyproject.toml")
      let said = try await python.add("app")
      #expect(said.stderr.hasPrefix("app/pyproject.toml\(message)"), "\(text)\(said.stderr)")
      #expect(said.code == 1)
    }
  }

  @Test("a file that only other tools read is refused by name, or told where another one counts")
  func files() async throws {
    let python = try await application("[tool.black]\nline-length = 100\n")
    let script = "# /// script\n# dependencies = [\n#   \"helper\",\n# ]\n# ///\n"
    for (name, text) in [
      ("pylock.toml", ""), ("pylock.prod.toml", ""), ("uv.lock", ""), ("poetry.lock", ""), ("pdm.lock", ""),
      ("Pipfile", ""), ("Pipfile.lock", ""), ("environment.yml", ""), ("pixi.toml", ""), ("requirements.in", ""),
      ("requirements-prod.txt", ""), ("dev-requirements.txt", ""), ("requirements/base.txt", ""), ("main.py", script),
      ("setup.cfg", "[options]\ninstall_requires = helper\n"), ("requirements.lock", ""), ("Requirements.txt", ""),
      ("reqs.txt", ""), ("requirements/deep/base.txt", ""), ("environment-gpu.yaml", ""), ("conda.yml", ""),
      ("hatch.toml", "[envs.default]\ndependencies = [\"helper\"]\n"),
    ] {
      try python.run.write(text, to: "app/\(name)")
      let said = try await python.add("app")
      #expect(
        said.stderr.hasPrefix(
          "app/\(name): error: requirements stand here, where only other tools read them\n  hint: "),
        "\(said.stderr)")
      try python.run.write("helper\n", to: "app/requirements.txt")
      let other = try await python.add("app")
      #expect(other.stderr == "mkarrowimg: note: not read: \(name); what counts is requirements.txt\n")
      #expect(other.code == 0)
      _ = try await python.run.shell("rm -r app/requirements.txt app/$(echo \(name) | cut -d/ -f1)")
    }
    try python.run.write("-r requirements/base.txt\n", to: "app/requirements.txt")
    try python.run.write("helper\n", to: "app/requirements/base.txt")
    expect(try await python.add("app"), "pieces/meta/app: 1 package as in app/arrow.lock, in N s\n")
  }

  @Test("groups that are not installed are told, and so is a list beside a script; uv's lock of a script is left alone")
  func notes() async throws {
    let python = try await application(
      "[project]\nname = \"app\"\ndependencies = [\"helper\"]\n[dependency-groups]\ndev = [\"x\"]\ntest = []\n")
    #expect(
      try await python.add("app").stderr
        == "mkarrowimg: note: not read: [dependency-groups] (dev, test); what counts is pyproject.toml\n")
    try python.run.write("print(1)\n", to: "app/one.py")
    #expect(
      try await python.add("app/one.py").stderr
        == "mkarrowimg: note: not read: pyproject.toml beside the script; add the folder if it is meant\n")
    try python.run.write("version = 1\n", to: "app/one.py.lock")
    let said = try await python.add("app/one.py")
    #expect(said.stderr.hasPrefix("app/one.py.lock: error: this is uv's lock file"), "\(said.stderr)")
    #expect(try python.text("app/one.py.lock") == "version = 1\n")
  }
}
