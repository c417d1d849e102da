import TestSupport
import Testing

/// What an application says about itself: inline metadata, pyproject.toml, arrow_spec.json.
@Suite("Declarations of an application", .needsPython)
struct MkarrowimgDeclarationTests {
  /// A build backend (PEP 517) in a few lines. It does what setuptools would, and no index is asked for setuptools.
  private static let backend = """
    import os, zipfile
    info = "tick-3.dist-info/"
    texts = {
        info + "METADATA": "Metadata-Version: 2.1\\nName: tick\\nVersion: 3\\nRequires-Dist: helper\\n",
        info + "WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        info + "entry_points.txt": "[console_scripts]\\ntick = tick.run:main\\n",
    }
    def build_wheel(folder, config_settings=None, metadata_directory=None):
        os.makedirs("build", exist_ok=True)
        with zipfile.ZipFile(os.path.join(folder, "tick-3-py3-none-any.whl"), "w") as wheel:
            for name in sorted(os.listdir("src/tick")):
                wheel.write("src/tick/" + name, "tick/" + name)
            for name, text in texts.items():
                wheel.writestr(name, text)
            wheel.writestr(info + "RECORD", "".join(name + ",,\\n" for name in wheel.namelist() + [info + "RECORD"]))
        return "tick-3-py3-none-any.whl"
    """

  @Test("a script's inline metadata says what it requires, and [tool.arrow] how it is started")
  func script() async throws {
    let python = try await MkarrowimgPython()
    try python.run.write(
      """
      # /// script
      # requires-python = ">=3.11"
      # dependencies = ["greeting"]
      #
      # [tool.arrow]
      # port = 8080
      # export = 3008
      # ///
      import greeting
      greeting.main()

      """, to: "tick.py")
    expect(try await python.add("tick.py"), "pieces/meta/tick: 2 packages, locked in tick.py.lock, in N s\n")
    #expect(
      try python.text("pieces/meta/tick/arrow_spec.json") == """
        {
          "binary": {
            "name": "python",
            "version": "v3.13"
          },
          "port": 8080,
          "export": 3008,
          "process": {
            "cmd": "python",
            "args": [
              "python",
              "tick.py"
            ]
          }
        }

        """)
    #expect(try await python.run.mkarrowimg("check", "pieces/meta/tick").code == 0)
  }

  @Test("a script without metadata needs no environment")
  func plainScript() async throws {
    let python = try await MkarrowimgPython()
    try python.run.write("print(1)\n", to: "plain.py")
    expect(try await python.add("plain.py", "--name other"), "pieces/meta/other: 0 packages, in N s\n")
    #expect(try python.run.names("pieces/meta/other") == ["__pycache__", "arrow_spec.json", "plain.py"])
  }

  @Test("dependencies and an entry point in pyproject.toml give a command, and the code stays where it is")
  func project() async throws {
    let python = try await MkarrowimgPython()
    try python.run.write(
      """
      [project]
      name = "Tick-Tock"
      version = "1.2"
      dependencies = ["greeting"]
      scripts = { tick = "ticker:main" }
      """, to: "tick/pyproject.toml")
    try python.run.write("import greeting\nmain = greeting.main\n", to: "tick/ticker.py")
    expect(try await python.add("tick"), "pieces/meta/tick: 2 packages, locked in tick/arrow.lock, in N s\n")
    #expect(try python.text("pieces/meta/tick/arrow_spec.json").contains(#""cmd": "tick""#))
    #expect(try python.text("pieces/meta/tick/.venv/bin/tick").contains("from ticker import main"))
    #expect(try python.text("pieces/meta/tick/.venv/lib/python3.13/site-packages/__arrow__.pth") == "/meta/tick\n")
    let seen = try await python.python(
      "import importlib.metadata as m; print(m.version('tick-tock'), m.entry_points(name='tick'))", arrow: "tick")
    #expect(seen.stdout.hasPrefix("1.2 "))
    #expect(seen.stdout.contains("value='ticker:main'"))
  }

  @Test(
    "a project with a build system is built and installed like a package, and nothing is left in its source")
  func built() async throws {
    let python = try await MkarrowimgPython()
    try python.run.write(
      """
      [build-system]
      requires = []
      build-backend = "backend"
      backend-path = ["."]
      """, to: "tick/pyproject.toml")
    try python.run.write(Self.backend, to: "tick/backend.py")
    try python.run.write(MkarrowimgRun.spec, to: "tick/arrow_spec.json")
    try python.run.write("", to: "tick/src/tick/__init__.py")
    try python.run.write("def main(): print('tick')\n", to: "tick/src/tick/run.py")
    try python.run.write("data\n", to: "tick/src/tick/data.txt")
    expect(try await python.add("tick"), "pieces/meta/tick: 1 package, locked in tick/arrow.lock, in N s\n")
    #expect(try python.run.names("tick") == ["arrow.lock", "arrow_spec.json", "backend.py", "pyproject.toml", "src"])
    let site = "pieces/meta/tick/.venv/lib/python3.13/site-packages"
    #expect(try python.text("\(site)/tick/data.txt") == "data\n")
    #expect(try python.text("pieces/meta/tick/.venv/bin/tick").hasPrefix("#!/meta/tick/.venv/bin/python\n"))
    #expect(try python.run.names("\(site)/tick-3.dist-info").contains("direct_url.json") == false)
  }

  @Test("a mistake is told with its place")
  func mistakes() async throws {
    let python = try await MkarrowimgPython()
    try python.run.write("# /// script\n# dependencies = [\"helper\n# ///\n", to: "a.py")
    expect(
      try await python.add("a.py"),
      stderr: "a.py:2:26: error: illegal character '\\n'\n", code: 1)
    try python.run.write("# /// script\n# requires-python = \">=3.99\"\n# ///\n", to: "b.py")
    expect(
      try await python.add("b.py"),
      stderr: """
        b.py:2:3: error: it needs Python >=3.99, and this is 3.13.5
          hint: mkarrowimg binary add adds another Python

        """, code: 1)
    try python.run.write("# /// script\n# dependencies = [\"helper >\"]\n# ///\n", to: "c.py")
    let third = try await python.add("c.py")
    #expect(third.stderr.hasPrefix("c.py:2:19: error: 'helper >' is not a requirement: "))
    #expect(third.code == 1)
    try python.run.write("", to: "d/main.py")
    expect(
      try await python.add("d"),
      stderr: """
        mkarrowimg: error: d has no arrow_spec.json, and does not say what to start
          hint: write one, as `mkarrowimg new` does, or give pyproject.toml one entry in [project.scripts]

        """, code: 1)
    for (text, message) in [
      ("port = \"x\"", ": error: [tool.arrow]: a whole number from 1 to 65535 is needed here, not a string\n"),
      ("port = 2020-01-01", ":1:1: error: a value that JSON does not have: a date, inf or nan\n"),
    ] {
      try python.run.write("[tool.arrow]\nprocess = { cmd = \"python\" }\n\(text)\n", to: "d/pyproject.toml")
      expect(try await python.add("d"), stderr: "d/pyproject.toml\(message)", code: 1)
    }
    try python.run.write("", to: "d/pyproject.toml")
    try python.run.write(
      "{\"binary\": {\"name\": \"python\", \"version\": \"v3.11\"}, \"process\": {\"cmd\": \"x\"}}",
      to: "d/arrow_spec.json")
    expect(
      try await python.add("d"),
      stderr: """
        mkarrowimg: error: pieces has no binary python 3.11
          hint: it has v3.13.5

        """, code: 1)
    expect(
      try await python.add("none"),
      stderr: """
        mkarrowimg: error: there is no application none
          hint: a folder, or a script: FILE.py

        """, code: 1)
  }

  @Test("an arrow that was made by hand is left as it is")
  func handMade() async throws {
    let python = try await MkarrowimgPython()
    try python.run.write("print(1)\n", to: "python-web.py")
    expect(
      try await python.add("python-web.py"),
      stderr: """
        mkarrowimg: error: pieces/meta/python-web is there already, and was not made by mkarrowimg add; it is left as it is
          hint: remove it, or give the arrow another name: --name NAME

        """, code: 1)
  }

  @Test("an arrow in the pieces gets its environment where it is")
  func inPlace() async throws {
    let python = try await MkarrowimgPython()
    try python.run.write("greeting\n", to: "pieces/meta/python-web/requirements.txt")
    for said in [", locked in", " as in"] {
      expect(
        try await python.add("pieces/meta/python-web"),
        "pieces/meta/python-web: 2 packages\(said) pieces/meta/python-web/arrow.lock, in N s\n")
    }
    #expect(
      try python.run.names("pieces/meta/python-web") == [
        ".venv", "arrow.lock", "arrow_spec.json", "requirements.txt", "server.py",
      ])
  }

  @Test("files that tools leave beside the code stay out")
  func leftOut() async throws {
    let python = try await MkarrowimgPython()
    for path in [
      ".git/config", "env/pyvenv.cfg", "env/bin/x", ".venv/pyvenv.cfg", "lib/__pycache__/x.pyc", ".mypy_cache/x",
      ".env", "lib/x.py",
    ] {
      try python.run.write("", to: "app/\(path)")
    }
    try python.run.write(MkarrowimgRun.spec, to: "app/arrow_spec.json")
    #expect(try await python.add("app").code == 0)
    #expect(try python.run.names("pieces/meta/app") == [".env", "arrow_spec.json", "lib"])
    #expect(try python.run.names("pieces/meta/app/lib") == ["__pycache__", "x.py"])
    #expect(try python.run.names("pieces/meta/app/lib/__pycache__") == ["x.cpython-313.pyc"])
  }
}
