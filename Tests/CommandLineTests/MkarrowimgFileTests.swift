import Testing

/// Which of an application's files `add` takes.
@Suite("The files of an application", .needsPython)
struct MkarrowimgFileTests {
  private static let spec = """
    {"binary": {"name": "python", "version": "v3.13"}, "process": {"cmd": "python", "args": ["python", "main.py"]}}

    """

  private func application() async throws -> MkarrowimgPython {
    let python = try await MkarrowimgPython()
    try python.run.write(Self.spec, to: "app/arrow_spec.json")
    try python.run.write("print('hello')\n", to: "app/main.py")
    return python
  }

  @Test("what .dockerignore names is not copied; .arrowignore goes before it")
  func ignored() async throws {
    let python = try await application()
    for file in [".env", "id_rsa", "node_modules/x/index.js", "docs/a", "docs/keep", "data/b"] {
      try python.run.write("x", to: "app/\(file)")
    }
    try python.run.write("# secrets\n.env\nid_rsa\nnode_modules\ndocs/*\n!docs/keep\n", to: "app/.dockerignore")
    expect(try await python.add("app"), "pieces/meta/app: 0 packages, in N s\n")
    #expect(
      try python.run.names("pieces/meta/app") == [
        ".dockerignore", "__pycache__", "arrow_spec.json", "data", "docs", "main.py",
      ])
    #expect(try python.run.names("pieces/meta/app/docs") == ["keep"])

    try python.run.write("*\n!*.py\n!id_*\n", to: "app/.arrowignore")
    expect(
      try await python.add("app"), "pieces/meta/app: 0 packages, in N s\n",
      stderr: """
        mkarrowimg: note: app/arrow_spec.json is copied although app/.arrowignore:1 names it: an arrow needs it
        mkarrowimg: warning: app/id_rsa looks like a secret, and is copied into the arrow
          hint: if it is not to be in images, write into app/.arrowignore: id_rsa

        """)
    #expect(try python.run.names("pieces/meta/app") == ["__pycache__", "arrow_spec.json", "id_rsa", "main.py"])
  }

  @Test("a list with a mistake, or that leaves out what the arrow starts, is refused with its line")
  func refused() async throws {
    let python = try await application()
    try python.run.write("\n[a\n", to: "app/.arrowignore")
    expect(
      try await python.add("app"),
      stderr: """
        app/.arrowignore:2:1: error: a [ without its end, or with an empty range
          hint: a pattern is as in .dockerignore; \\ takes a character's meaning away

        """, code: 1)
    try python.run.write("*.md\n*.py\n", to: "app/.arrowignore")
    expect(
      try await python.add("app"),
      stderr: """
        app/.arrowignore:2:1: error: main.py is left out of the arrow, and process.args names it
          hint: add a line at the end: !main.py

        """, code: 1)
    #expect(try python.run.names("pieces/meta") == ["python-web"])
  }

  @Test("without a list secrets are copied with a warning; repositories, environments and caches are not copied")
  func secrets() async throws {
    let python = try await application()
    for file in [
      ".env", ".env.example", ".git/HEAD", ".hg/x", "py312/pyvenv.cfg", ".venv/x", ".cache/x", ".ruff_cache/x",
    ] {
      try python.run.write("x", to: "app/\(file)")
    }
    expect(
      try await python.add("app"), "pieces/meta/app: 0 packages, in N s\n",
      stderr: """
        mkarrowimg: note: app/.cache is not copied: an environment or a cache
        mkarrowimg: warning: app/.env looks like a secret, and is copied into the arrow
          hint: if it is not to be in images, write into app/.arrowignore: .env
        mkarrowimg: note: app/py312 is not copied: an environment or a cache

        """)
    #expect(
      try python.run.names("pieces/meta/app") == [".env", ".env.example", "__pycache__", "arrow_spec.json", "main.py"])
  }

  @Test(
    "what stands in a file's place is refused, not waited for or passed over",
    arguments: [
      ("mkfifo more.txt; echo '-r more.txt' >requirements.txt", "app/requirements.txt:1:1: error: cannot read app/"),
      ("echo '-c /dev/zero' >requirements.txt", "app/requirements.txt:1:1: error: cannot read /dev/zero: it is"),
      ("ln -s nowhere requirements.txt", "app/requirements.txt: error: it is a link that leads nowhere\n"),
      ("mkdir requirements.txt", "app/requirements.txt: error: it is no file\n"),
      ("ln -s nowhere pyproject.toml", "app/pyproject.toml: error: it is a link that leads nowhere\n"),
      ("mkfifo setup.py", "app/setup.py: error: it is no file\n"),
      ("mkfifo pylock.toml", "app/pylock.toml: error: cannot read it: it is no file\n"),
      ("mkfifo tool.py", "mkarrowimg: error: app/tool.py is neither a file, a folder nor a link"),
      ("ln -s nowhere .arrowignore", "mkarrowimg: error: app/.arrowignore is a link that leads nowhere\n"),
    ])
  func noFiles(make: String, message: String) async throws {
    let python = try await application()
    let said = try await python.run.shell("(cd app; \(make)); timeout 60 $mkarrowimg add pieces app")
    #expect(said.stderr.hasPrefix(message), "\(said.stderr)")
    #expect(said.code == 1)
  }

  @Test("where the lock file can't be written the old arrow stays", .enabled(if: ActrlLogTests.mayMount))
  func readOnly() async throws {
    let python = try await application()
    try python.run.write("helper\n", to: "app/requirements.txt")
    let said = try await python.run.shell(
      """
      export add="$mkarrowimg add pieces app --find-links wheels --no-index"; $add >/dev/null
      old=$(tar -c -C pieces/meta app | sha256sum); echo greeting >app/requirements.txt
      unshare -m sh -c 'mount --bind app app && mount -o remount,bind,ro app && $add' 2>&1 | sed 's/lock[.][0-9]*/lock.N/'
      [ "$old" = "$(tar -c -C pieces/meta app | sha256sum)" ]
      """)
    #expect(said.stdout == "mkarrowimg: error: cannot write app/.arrow.lock.N.tmp: Read-only file system\n")
    #expect(said.code == 0)
  }

  @Test("links called *.py may lead nowhere, in a circle or to a device, and a name may be as long as names can be")
  func links() async throws {
    let python = try await application()
    let said = try await python.run.shell(
      """
      cd app; ln -s nowhere a.py; ln -s b.py b.py; ln -s /dev/zero c.py; mkdir d.py; mkfifo e.py; echo e.py >.arrowignore
      echo 'x = 1' >$(printf 'n%.0s' $(seq 252)).py
      cd ..; timeout 60 $mkarrowimg add pieces app
      """)
    #expect(said.code == 0, "\(said.stderr)")
    #expect(try python.run.names("pieces/meta/app").contains("c.py"))
  }

  @Test("what can't be printed of a name is shown as its bytes")
  func shown() async throws {
    let python = try await application()
    let said = try await python.run.shell(
      """
      echo 'x =' >"app/$(printf '\\033[31m').py"; $mkarrowimg add pieces app
      : >"app/$(printf 'requirements-\\377.txt')"; $mkarrowimg add pieces app
      """)
    let lines = said.stderr.split(separator: "\n")
    #expect(lines.first == #"mkarrowimg: warning: app/\x1b[31m.py:1:4: invalid syntax"#)
    #expect(lines.dropFirst().first?.hasPrefix(#"app/requirements-\xff.txt: error: requirements stand"#) == true)
  }

  @Test("names and links that are no UTF-8 arrive in the arrow and in the image")
  func bytes() async throws {
    let python = try await application()
    let script = """
      cd app && printf one >"$(printf 'caf\\351')" && ln -s "$(printf 'caf\\351')" "$(printf '\\377')" && mkdir "$(printf 'd\\376')" &&
      printf 'x = 1' >"$(printf 'd\\376/m\\351.py')" && cd .. && $mkarrowimg add pieces app &&
      rm pieces/binary/python/v3.13.5 && mkdir -p pieces/binary/python/v3.13.5/bin &&
      echo '{"defaultAction": "SCMP_ACT_ERRNO"}' >pieces/binary/python/v3.13.5/seccomp.json &&
      install kernel pieces/binary/python/v3.13.5/bin/python && $build pieces -o out &&
      fsck.erofs --extract=root out/pieces.erofs >/dev/null && cd root/meta/app && cat "$(printf '\\377')" && ls | od -An -c
      """
    let outcome = try await python.run.shell(script)
    #expect(outcome.code == 0, "\(outcome.stderr)")
    #expect(outcome.stdout.contains("\none"), "\(outcome.stdout)")
    for name in ["c   a   f 351", "d 376", "377"] { #expect(outcome.stdout.contains(name), "\(outcome.stdout)") }
  }

  @Test(
    "code that Python can't compile is an error with its place in the user's own file",
    arguments: [
      ("lib/bad.py", "x = 1\nif x\n", "2:5: error: expected ':'"),
      ("main.py", "x = (\n", "1:5: error: '(' was never closed"),
      ("old.py", "print 'x'\n", "1:1: error: Missing parentheses in call to 'print'. Did you mean print(...)?"),
      ("tab.py", "if 1:\n\tx = 1\n        y = 2\n", "3:1: error: inconsistent use of tabs and spaces in indentation"),
      ("null.py", "x = 1\ny = '\0'\n", "2:6: error: source code string cannot contain null bytes"),
      ("encoding.py", "#!/x\n# coding: nope\n", "2:11: error: unknown encoding: nope"),
      (
        "ascii.py", "# coding: ascii\n# \u{e9}\n",
        "2:3: error: 'ascii' codec can't decode byte 0xc3 in position 18: ordinal not in range(128)"
      ),
    ])
  func mistakes(file: String, text: String, message: String) async throws {
    let python = try await application()
    try python.run.write(text, to: "app/\(file)")
    // Nothing is asked of an index before.
    try python.run.write("nobody-has-this\n", to: "app/requirements.txt")
    expect(
      try await python.add("app"),
      stderr: """
        app/\(file):\(message)
          hint: a file that is no code for Python 3.13 can be left out: see .arrowignore

        """, code: 1)
    #expect(try python.run.names("pieces/meta") == ["python-web"])
  }

  @Test("code that no program can import may be anything, with a warning; that of packages without a word")
  func templates() async throws {
    let python = try await application()
    try python.run.write("x = {{ y \n", to: "app/{{name}}/setup.py")
    try await python.makeWheel("templates", "1.0", ["templates/t.py": "x = (\n"])
    try python.run.write("templates\n", to: "app/requirements.txt")
    expect(
      try await python.add("app"), "pieces/meta/app: 1 package, locked in app/arrow.lock, in N s\n",
      stderr: "mkarrowimg: warning: app/{{name}}/setup.py:1:6: '{' was never closed\n")
  }

  @Test("a script's mistake is shown in the script")
  func script() async throws {
    let python = try await application()
    try python.run.write("import os\nx =\n", to: "tool.py")
    expect(
      try await python.add("tool.py"), stderr: "tool.py:2:4: error: invalid syntax\n", code: 1)
  }
}
