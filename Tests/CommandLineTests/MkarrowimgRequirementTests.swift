import Testing

/// Everything that real projects write into requirements.txt.
@Suite("requirements.txt", .needsPython)
struct MkarrowimgRequirementTests {
  /// Makes a project with its own build backend of a few lines, which builds a package of the project's name.
  private func makeProject(_ name: String, at path: String, _ python: MkarrowimgPython) throws {
    let backend = """
      import os, zipfile
      INFO = "\(name)-1.dist-info/"
      TEXTS = {
          "\(name).py": open("\(name).py").read(),
          INFO + "METADATA": "Metadata-Version: 2.1\\nName: \(name)\\nVersion: 1\\nProvides-Extra: more\\n"
          "Requires-Dist: greeting; extra == 'more'\\n",
          INFO + "WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
      }
      def build_wheel(folder, config_settings=None, metadata_directory=None):
          os.makedirs("build", exist_ok=True)
          with zipfile.ZipFile(os.path.join(folder, "\(name)-1-py3-none-any.whl"), "w") as wheel:
              for name, text in TEXTS.items():
                  wheel.writestr(zipfile.ZipInfo(name), text)
              wheel.writestr(zipfile.ZipInfo(INFO + "RECORD"), "".join(name + ",,\\n" for name in wheel.namelist()))
          return "\(name)-1-py3-none-any.whl"

      """
    try python.run.write(backend, to: "\(path)/backend.py")
    try python.run.write("NAME = \"\(name)\"\n", to: "\(path)/\(name).py")
    let declared = "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n"
    try python.run.write(declared, to: "\(path)/pyproject.toml")
  }

  @Test("-e ., folders with extras, wheels by path, -r, -c, markers and options give the same bytes in two places")
  func everything() async throws {
    let python = try await MkarrowimgPython()
    try await python.makeWheel("extra", "1.0", ["extra.py": "X = 1\n"], in: "web/vendor")
    try python.run.write(MkarrowimgRun.spec, to: "web/arrow_spec.json")
    try python.run.write(
      """
      # What is needed.
      --find-links requirements/none
      -r requirements/base.txt
      -c requirements/constraints.txt
      -e .
      nowhere ; sys_platform == "win32"  # a comment
      ./vendor/extra-1.0-py3-none-any.whl

      """, to: "web/requirements.txt")
    try python.run.write("helper \\\n  >=2\n./libs/part[more]\n", to: "web/requirements/base.txt")
    try python.run.write("greeting<2\n", to: "web/requirements/constraints.txt")
    try makeProject("web", at: "web", python)
    try makeProject("part", at: "web/libs/part", python)
    let said = try await python.add("web")
    #expect(said.stdout == "pieces/meta/web: 3 packages, locked in web/arrow.lock, in N s\n", "\(said.stderr)")
    let lock = try python.text("web/arrow.lock")
    #expect(lock.contains("\n./vendor/extra-1.0-py3-none-any.whl --hash=sha256:"))
    #expect(!lock.contains(python.run.path("")), "\(lock)")
    #expect(try python.run.names("web/libs/part") == ["backend.py", "part.py", "pyproject.toml"])
    let seen = try await python.python("import web, part, extra, greeting; print(web.NAME, part.NAME)", arrow: "web")
    #expect(seen.stdout == "web part\n", "\(seen.stderr)")

    let again = try await python.run.shell(
      """
      mkdir -p other/place; cp -r web other/place/; rm other/place/web/arrow.lock; cp -a pieces other/; rm -r other/pieces/meta/web
      cp -r wheels other/; cd other; umask 077; export XDG_CACHE_HOME=$PWD/cache TZ=Asia/Tokyo
      $mkarrowimg add pieces place/web --find-links wheels --no-index
      diff place/web/arrow.lock ../web/arrow.lock && diff -r pieces/meta/web ../pieces/meta/web && cd .. &&
        for folder in pieces other/pieces; do (cd $folder/meta/web; find . -printf '%p %m\\n' | sort); done | uniq -c >all
      sed 's/ \\..*//' all | sort | uniq -c >&2
      """)
    #expect(again.code == 0, "\(again.stdout)\(again.stderr)")
  }

  @Test("a commit of a repository is locked, wherever its branch goes")
  func repository() async throws {
    let python = try await MkarrowimgPython()
    try makeProject("part", at: "repository/part", python)
    let commit = "git -c user.name=a -c user.email=a@b commit -q -m one"
    let made = try await python.run.shell(
      "cd repository && git init -q && git add . && \(commit) && git rev-parse HEAD && pwd")
    let (hash, folder) = (made.stdout.split(separator: "\n")[0], made.stdout.split(separator: "\n")[1])
    try python.run.write(MkarrowimgRun.spec, to: "web/arrow_spec.json")
    try python.run.write("-e git+file://\(folder)#egg=part&subdirectory=part\n", to: "web/requirements.txt")
    let said = try await python.add("web")
    #expect(said.stdout == "pieces/meta/web: 1 package, locked in web/arrow.lock, in N s\n", "\(said.stderr)")
    let line = "part @ git+file://\(folder)@\(hash)#subdirectory=part\n"
    #expect(try python.text("web/arrow.lock").hasSuffix(line))
    #expect(try python.run.names("web") == ["arrow.lock", "arrow_spec.json", "requirements.txt"])
    try python.run.write("NAME = 'other'\n", to: "repository/part/part.py")
    // The cache is a new one, so nothing comes from the first run.
    let again = try await python.run.shell(
      """
      (cd repository && \(commit) -a) && export XDG_CACHE_HOME=$PWD/cache &&
        $mkarrowimg add pieces web --find-links wheels --no-index
      """)
    #expect(again.stdout.hasPrefix("pieces/meta/web: 1 package as in web/arrow.lock, in "), "\(again.stderr)")
    #expect(try await python.python("import part; print(part.NAME)", arrow: "web").stdout == "part\n")
  }

  @Test("a mistake is told with its place")
  func mistakes() async throws {
    let python = try await MkarrowimgPython()
    try python.run.write(MkarrowimgRun.spec, to: "web/arrow_spec.json")
    for (line, message) in [
      ("foo bar", ":2:1: error: 'foo bar' is not a requirement: Expected end or semicolon"),
      ("-r none.txt", ":2:1: error: cannot read web/none.txt: No such file or directory\n"),
      ("--bogus x", ":2:1: error: '--bogus x': no such option: --bogus\n"),
      ("helper --global-option=x", ":2:1: error: --global-option is not read\n"),
      ("./nothing", ":2:1: error: there is no ./nothing\n"),
      ("./empty", ":2:1: error: web/empty is no Python project: it has neither pyproject.toml nor setup.py\n"),
      ("-r requirements.txt", ":2:1: error: web/requirements.txt recursively references itself in web/"),
    ] {
      try python.run.write("", to: "web/empty/readme")
      try python.run.write("# one\n\(line)\n", to: "web/requirements.txt")
      let said = try await python.add("web")
      #expect(said.stderr.hasPrefix("web/requirements.txt" + message), "\(said.stderr)")
      #expect(said.code == 1)
    }
    try python.run.write("helper\n-c c.txt\n", to: "web/requirements.txt")
    try python.run.write("helper @ file:./empty\n", to: "web/c.txt")
    let folder = try await python.add("web")
    let said = "web/c.txt:1:1: error: file:./empty is a folder, which can't be a constraint alone\n"
    #expect(folder.stderr.hasPrefix(said), "\(folder.stderr)")
    try python.run.write("helper[moer]\n", to: "web/requirements.txt")
    let extra = try await python.add("web")
    #expect(extra.stderr == "mkarrowimg: warning: helper 2.1 does not provide the extra 'moer'\n")
    #expect(extra.code == 0)
  }

  @Test("a folder of wheels may have blanks in its name")
  func blanks() async throws {
    let python = try await MkarrowimgPython()
    try python.run.write(MkarrowimgRun.spec, to: "web/arrow_spec.json")
    try await python.makeWheel("mine", "7", ["mine.py": ""], in: "web/my wheels")
    for (list, project) in [
      ("--find-links 'my wheels'\nmine\n", ""),
      ("mine\n", "[project]\nname = \"x\"\nversion = \"1\"\n[tool.uv]\nfind-links = [\"my wheels\"]\n"),
    ] {
      try python.run.write(list, to: "web/requirements.txt")
      try python.run.write(project, to: "web/pyproject.toml")
      let said = try await python.add("web", "--upgrade")
      #expect(said.code == 0, "\(said.stderr)")
    }
  }

  @Test("requirements in a file that only other tools read are not passed over")
  func otherTools() async throws {
    let python = try await MkarrowimgPython()
    try python.run.write(MkarrowimgRun.spec, to: "web/arrow_spec.json")
    try python.run.write("", to: "web/Pipfile")
    let said = try await python.add("web")
    #expect(
      said.stderr == """
        web/Pipfile: error: requirements stand here, where only other tools read them
          hint: pipenv requirements > requirements.txt. If nothing is required, an empty requirements.txt says so

        """)
    try python.run.write("helper\n", to: "web/requirements.txt")
    #expect(try await python.add("web").code == 0)
  }
}
