import TestSupport
import Testing

@Suite("mkarrowimg add", .needsPython)
struct MkarrowimgAddTests {
  private static let spec = MkarrowimgRun.spec

  private func withRequirements(_ text: String = "greeting\n") async throws -> MkarrowimgPython {
    let python = try await MkarrowimgPython()
    try python.run.write(Self.spec, to: "hello/arrow_spec.json")
    try python.run.write("print('hello')\n", to: "hello/server.py")
    try python.run.write(text, to: "hello/requirements.txt")
    return python
  }

  @Test("a folder with requirements.txt becomes an arrow with an environment and a lock file")
  func requirements() async throws {
    let python = try await withRequirements()
    expect(try await python.add("hello"), "pieces/meta/hello: 2 packages, locked in hello/arrow.lock, in N s\n")
    let lock = try python.text("hello/arrow.lock")
    #expect(
      lock.replacing(#/[0-9a-f]{16,64}/#, with: "HASH") == """
        # Made by mkarrowimg add: exactly what it installs. Keep it with the code; pip reads it, too.
        # For python 3.13, requirements HASH; packages: 2.
        greeting==1.0 --hash=sha256:HASH
        helper==2.1 --hash=sha256:HASH

        """)
    let tree = try await python.run.shell("cd pieces/meta/hello && find . ! -type d | LC_ALL=C sort")
    #expect(
      tree.stdout == """
        ./.venv/bin/greet
        ./.venv/bin/python
        ./.venv/bin/python3
        ./.venv/bin/python3.13
        ./.venv/lib/python3.13/site-packages/__pycache__/helper.cpython-313.pyc
        ./.venv/lib/python3.13/site-packages/greeting-1.0.dist-info/INSTALLER
        ./.venv/lib/python3.13/site-packages/greeting-1.0.dist-info/METADATA
        ./.venv/lib/python3.13/site-packages/greeting-1.0.dist-info/RECORD
        ./.venv/lib/python3.13/site-packages/greeting-1.0.dist-info/REQUESTED
        ./.venv/lib/python3.13/site-packages/greeting-1.0.dist-info/WHEEL
        ./.venv/lib/python3.13/site-packages/greeting-1.0.dist-info/entry_points.txt
        ./.venv/lib/python3.13/site-packages/greeting/__init__.py
        ./.venv/lib/python3.13/site-packages/greeting/__pycache__/__init__.cpython-313.pyc
        ./.venv/lib/python3.13/site-packages/greeting/text.txt
        ./.venv/lib/python3.13/site-packages/helper-2.1.dist-info/INSTALLER
        ./.venv/lib/python3.13/site-packages/helper-2.1.dist-info/METADATA
        ./.venv/lib/python3.13/site-packages/helper-2.1.dist-info/RECORD
        ./.venv/lib/python3.13/site-packages/helper-2.1.dist-info/REQUESTED
        ./.venv/lib/python3.13/site-packages/helper-2.1.dist-info/WHEEL
        ./.venv/lib/python3.13/site-packages/helper.py
        ./.venv/lib/python3.13/site-packages/shared/__pycache__/one.cpython-313.pyc
        ./.venv/lib/python3.13/site-packages/shared/__pycache__/two.cpython-313.pyc
        ./.venv/lib/python3.13/site-packages/shared/one.py
        ./.venv/lib/python3.13/site-packages/shared/two.py
        ./.venv/pyvenv.cfg
        ./__pycache__/server.cpython-313.pyc
        ./arrow.lock
        ./arrow_spec.json
        ./requirements.txt
        ./server.py

        """)
    #expect(
      try python.text("pieces/meta/hello/.venv/pyvenv.cfg")
        == "home = /binary/python/v3.13.5/bin\ninclude-system-site-packages = false\nversion = 3.13.5\n")
    #expect(try python.text("pieces/meta/hello/.venv/bin/greet").hasPrefix("#!/meta/hello/.venv/bin/python\n"))
  }

  @Test("metadata, package data and namespace packages are found")
  func contents() async throws {
    let python = try await withRequirements()
    #expect(try await python.add("hello").code == 0)
    let seen = try await python.python(
      """
      import greeting, importlib.metadata as metadata
      from shared import one, two
      print(greeting.text(), metadata.version("helper"), one.NAME, two.NAME)
      print([e.value for e in metadata.entry_points(group="console_scripts")])
      """, arrow: "hello")
    expect(seen, "hello from package data\n 2.1 one two\n['greeting:main']\n")
  }

  @Test("the lock file gives the same bytes at another time, umask, locale, cache and place")
  func reproducible() async throws {
    let python = try await withRequirements()
    #expect(try await python.add("hello").code == 0)
    let second = try await python.run.shell(
      """
      umask 077
      mkdir -p other/pieces/meta
      cp -a pieces/binary other/pieces/
      cp -r hello other/hello
      export XDG_CACHE_HOME=$PWD/other/cache TZ=Asia/Kathmandu LC_ALL=tr_TR.UTF-8 PYTHONHASHSEED=7 PYTHONPATH=/nowhere
      $mkarrowimg add other/pieces other/hello --find-links wheels --no-index --locked &&
      diff -r --no-dereference pieces/meta/hello other/pieces/meta/hello && ls -lR pieces/meta/hello/.venv | wc -l
      """)
    #expect(second.code == 0, "\(second.stdout)\(second.stderr)")
  }

  @Test("a lock file is kept while it fits, and what it does not say is resolved around it")
  func lockIsKept() async throws {
    let python = try await withRequirements()
    #expect(try await python.add("hello").code == 0)
    try await python.makeWheel("helper", "2.2", ["helper.py": "X = 3\n"])
    try await python.makeWheel("more", "1", ["more.py": ""])
    expect(try await python.add("hello"), "pieces/meta/hello: 2 packages as in hello/arrow.lock, in N s\n")
    try python.run.write("greeting\nmore\n", to: "hello/requirements.txt")
    expect(
      try await python.add("hello", "--locked"),
      stderr: """
        mkarrowimg: error: hello/arrow.lock is of other requirements, of another Python, or not whole
          hint: mkarrowimg add without --locked writes it

        """, code: 1)
    expect(try await python.add("hello"), "pieces/meta/hello: 3 packages, locked in hello/arrow.lock, in N s\n")
    #expect(try python.text("hello/arrow.lock").contains("helper==2.1 "))
    #expect(try await python.add("hello", "--upgrade").code == 0)
    #expect(try python.text("hello/arrow.lock").contains("helper==2.2 "))
    #expect(try python.text("pieces/meta/hello/.venv/lib/python3.13/site-packages/helper.py") == "X = 3\n")
  }

  @Test("a package that is not what was locked is refused, and the arrow stays as it was")
  func otherHash() async throws {
    let python = try await withRequirements()
    #expect(try await python.add("hello").code == 0)
    let old = try python.text("pieces/meta/hello/.venv/lib/python3.13/site-packages/helper.py")
    try await python.makeWheel("helper", "2.1", ["helper.py": "import evil\n"])
    let outcome = try await python.run.shell(
      "XDG_CACHE_HOME=$PWD/cache $mkarrowimg add pieces hello --find-links wheels --no-index")
    #expect(outcome.code == 1)
    #expect(
      outcome.stderr.hasPrefix(
        "mkarrowimg: error: cannot get what hello requires\n  pip: ERROR: THESE PACKAGES DO NOT MATCH"))
    #expect(try python.text("pieces/meta/hello/.venv/lib/python3.13/site-packages/helper.py") == old)
    #expect(try python.run.names("pieces/meta") == [".hello.added", "hello", "python-web"])
  }

  @Test("hashes in requirements.txt are honoured")
  func hashes() async throws {
    let wrong = String(repeating: "0", count: 64)
    let python = try await withRequirements("helper==2.1 --hash=sha256:\(wrong)\n")
    let outcome = try await python.add("hello")
    #expect(outcome.code == 1)
    #expect(outcome.stderr.contains("Expected sha256 \(wrong)") || outcome.stderr.contains("DO NOT MATCH THE HASHES"))
    let sum = try await python.run.shell("sha256sum <wheels/helper-2.1-py3-none-any.whl | cut -c1-64")
    let hash = sum.stdout.trimming(while: \.isWhitespace)
    try python.run.write("helper==2.1 --hash=sha256:\(hash)\n", to: "hello/requirements.txt")
    expect(try await python.add("hello"), "pieces/meta/hello: 1 package, locked in hello/arrow.lock, in N s\n")
  }

  @Test("a requirement that no index has is named")
  func missing() async throws {
    let python = try await withRequirements("nobody-has-this\n")
    expect(
      try await python.add("hello"),
      stderr: """
        mkarrowimg: error: cannot resolve what hello requires
          pip: ERROR: Could not find a version that satisfies the requirement nobody-has-this (from versions: none)
          pip: ERROR: No matching distribution found for nobody-has-this

        """, code: 1)
    #expect(try python.run.names("pieces/meta") == ["python-web"])
    #expect(try python.run.names("hello") == ["arrow_spec.json", "requirements.txt", "server.py"])
  }
}

extension String {
  fileprivate func trimming(while isLeftOut: (Character) -> Bool) -> String {
    String(drop(while: isLeftOut).reversed().drop(while: isLeftOut).reversed())
  }
}
