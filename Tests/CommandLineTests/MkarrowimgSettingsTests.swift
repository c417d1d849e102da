import TestSupport
import Testing

/// Settings of the user's for pip, Python, git and other tools: used on purpose or shut out.
@Suite("The user's settings", .needsPython)
struct MkarrowimgSettingsTests {
  /// `mkarrowimg add` with a new cache, in which nothing was installed before.
  private static let add = "env -u PIP_FIND_LINKS -u PIP_INDEX_URL XDG_CACHE_HOME=$PWD/cache $mkarrowimg add pieces app"

  private func application(_ requirements: String = "greeting\n") async throws -> MkarrowimgPython {
    let python = try await MkarrowimgPython()
    try python.run.write(MkarrowimgRun.spec, to: "app/arrow_spec.json")
    try python.run.write(requirements, to: "app/requirements.txt")
    return python
  }

  @Test("no setting of pip's, in a file or a variable, changes what is installed; those that would are told once")
  func shutOut() async throws {
    let python = try await application()
    let settings = """
      user = true
      require-virtualenv = true
      target = there
      prefix = there
      root = there
      no-binary = :all:
      only-binary = nothing
      no-deps = true
      python = /nowhere
      platform = win32
      dry-run = true
      report = /nowhere/report
      quiet = 3
      ignore-installed = false
      require-hashes = true
      constraint = nowhere.txt
      use-feature = nothing
      no-build-isolation = true
      log = /nowhere/log
      cache-dir = /nowhere/cache

      """
    try python.run.write("[global]\n\(settings)[install]\n\(settings)[wheel]\n\(settings)", to: "pip.conf")
    let variables = settings.split(separator: "\n").map { line in
      let parts = line.split(separator: " = ")
      return "PIP_\(parts[0].uppercased().replacing("-", with: "_"))='\(parts[1])'"
    }.joined(separator: " ")
    let seen = try await python.run.shell(
      """
      \(Self.add) --find-links wheels --no-index >/dev/null 2>&1; cp -r pieces/meta/app plain; cp app/arrow.lock lock
      for way in PIP_CONFIG_FILE=pip.conf "\(variables)" VIRTUAL_ENV=. XDG_CONFIG_HOME=config XDG_CONFIG_DIRS=config
      do
        rm -rf cache app/arrow.lock pieces/meta/app; mkdir -p config/pip; cp pip.conf config/pip
        eval "env $way \(Self.add) --find-links wheels --no-index" >/dev/null 2>said || cat said
        diff -r --no-dereference pieces/meta/app plain && diff app/arrow.lock lock &&
          grep -c 'note: these settings are not used: constraint (' said
      done; ls; cat said
      """)
    #expect(
      seen.stdout == """
        1
        1
        1
        1
        1
        app
        arrow-init
        cache
        config
        kernel
        lock
        pieces
        pip.conf
        plain
        said
        staged
        wheels
        zip.py
        mkarrowimg: note: these settings are not used: constraint (config/pip/pip.conf), \
        dry-run (config/pip/pip.conf), no-binary (config/pip/pip.conf), \
        no-build-isolation (config/pip/pip.conf), no-deps (config/pip/pip.conf), \
        only-binary (config/pip/pip.conf), platform (config/pip/pip.conf), prefix (config/pip/pip.conf), \
        python (config/pip/pip.conf), report (config/pip/pip.conf), require-hashes (config/pip/pip.conf), \
        root (config/pip/pip.conf), target (config/pip/pip.conf), use-feature (config/pip/pip.conf); \
        what the application needs of them can stand in requirements.txt

        """, "\(seen.stderr)")
  }

  @Test("where packages come from is taken from pip's settings, in the order that pip has")
  func used() async throws {
    let python = try await application()
    try python.run.write("[global]\nno-index = true\nfind-links =\n  nowhere\n  wheels\n", to: "pip.conf")
    let seen = try await python.run.shell(
      """
      PIP_CONFIG_FILE=pip.conf \(Self.add) >/dev/null && grep -c == app/arrow.lock
      printf '[install]\\nfind-links = nowhere\\n' >>pip.conf
      PIP_CONFIG_FILE=pip.conf \(Self.add) --upgrade 2>&1 >/dev/null | grep -o 'No matching distribution.*'
      export PIP_FIND_LINKS=wheels
      PIP_CONFIG_FILE=pip.conf \(Self.add.replacing("-u PIP_FIND_LINKS ", with: "")) --upgrade >/dev/null &&
        echo variable
      """)
    #expect(seen.stdout == "2\nNo matching distribution found for greeting\nvariable\n", "\(seen.stderr)")
  }

  @Test("a pip.conf that can't be read is named with its line")
  func broken() async throws {
    let python = try await application()
    for (text, message) in [
      ("[global]\nindex-url = x\nnonsense\n", "pip.conf:3:1: error: pip's settings can't be read: source contains"),
      ("user = true\n", "pip.conf:1:1: error: pip's settings can't be read: file contains no section headers\n"),
      ("[global]\nuser = 1\nuser = 2\n", "pip.conf:3:1: error: pip's settings can't be read: while reading from"),
    ] {
      try python.run.write(text, to: "pip.conf")
      let said = try await python.run.shell("PIP_CONFIG_FILE=pip.conf \(Self.add)")
      #expect(said.stderr.hasPrefix(message), "\(said.stderr)")
      #expect(said.code == 1)
    }
    let fifo = try await python.run.shell("mkfifo fifo; PIP_CONFIG_FILE=fifo timeout 60 \(Self.add)")
    #expect(fifo.stderr == "fifo: error: cannot read pip's settings: it is no file\n")
    let value = try await python.run.shell("PIP_RETRIES=some \(Self.add)")
    #expect(
      value.stderr == """
        mkarrowimg: error: cannot resolve what app requires
          pip: An error occurred during configuration: option retries: invalid integer value: 'some'

        """)
  }

  @Test("PYTHON*, the locale, XDG_*, UV_* and a usercustomize of the user's change nothing")
  func environment() async throws {
    let python = try await application()
    try python.run.write("raise SystemExit('hostile')\n", to: "hostile/sitecustomize.py")
    try python.run.write("raise SystemExit('hostile')\n", to: "hostile/pip/__init__.py")
    try python.run.write(
      "raise SystemExit('hostile')\n", to: "home/.local/lib/python3.13/site-packages/usercustomize.py")
    let seen = try await python.run.shell(
      """
      \(Self.add) --find-links wheels --no-index >/dev/null && cp -r pieces/meta/app plain; rm -r cache app/arrow.lock
      env HOME=$PWD/home PYTHONPATH=hostile PYTHONHOME=/nowhere PYTHONSTARTUP=hostile/sitecustomize.py PYTHONUTF8=0 \
        PYTHONWARNINGS=error PYTHONOPTIMIZE=2 PYTHONINSPECT=1 PYTHONSAFEPATH= PYTHONHASHSEED=7 PYTHONPLATLIBDIR=x \
        LC_ALL=tr_TR.ISO-8859-9 LANGUAGE=tr TZ=Asia/Tokyo XDG_CONFIG_HOME=hostile XDG_DATA_HOME=hostile \
        XDG_DATA_DIRS=hostile UV_INDEX_URL=http://127.0.0.1:1 POETRY_HOME=hostile CFLAGS=-nonsense \
        LD_LIBRARY_PATH=hostile SOURCE_DATE_EPOCH=1 \(Self.add) --find-links wheels --no-index >/dev/null &&
        diff -r --no-dereference plain pieces/meta/app && echo same
      """)
    #expect(seen.stdout == "same\n", "\(seen.stderr)")
    #expect(
      seen.stderr == "mkarrowimg: note: these settings are not used: UV_INDEX_URL; "
        + "what the application needs of them can stand in requirements.txt\n")
  }

  @Test("${VARIABLES} have their values in files, versions and hashes; one that is not set is an error")
  func variables() async throws {
    let python = try await application("-r ${PART}.txt\n")
    try python.run.write(
      "# one\ngreeting==${VERSION} \\\n  --hash=sha256:${HASH}\nhelper==2.1 --hash=sha256:${HELPER}\n",
      to: "app/part.txt")
    let seen = try await python.run.shell(
      """
      set -- $(sha256sum wheels/*.whl | cut -c 1-64); export PART=part VERSION=1.0 HASH=$1 HELPER=$2
      \(Self.add) --find-links wheels --no-index >/dev/null; grep -o '^.*==[0-9.]*' app/arrow.lock
      for change in 'unset HASH' VERSION= PART=other; do (eval "$change"; \(Self.add)); done
      printf 'greeting\\n  x @ https://${token}@localhost/x.whl\\n' >app/requirements.txt; \(Self.add)
      """)
    #expect(seen.stdout == "greeting==1.0\nhelper==2.1\n")
    #expect(
      seen.stderr == """
        app/part.txt:3:17: error: the variable HASH is not set
          hint: HASH=VALUE mkarrowimg add ...
        app/part.txt:2:11: error: the variable VERSION is empty
          hint: VERSION=VALUE mkarrowimg add ...
        app/requirements.txt:1:1: error: cannot read app/other.txt: No such file or directory
        app/requirements.txt:2:15: error: ${token}: pip knows only names of A to Z, 0 to 9 and _

        """)
  }

  @Test("a token in an address stays out of the lock file, and works from there")
  func token() async throws {
    let python = try await application("helper @ http://${NAME}:${TOKEN}@127.0.0.1:PORT/helper-2.1-py3-none-any.whl\n")
    let server = """
      import http.server, sys
      class Handler(http.server.SimpleHTTPRequestHandler):
          def do_GET(self):
              if self.headers.get("Authorization") == "Basic bWU6Z2VoZWltNDI=": return super().do_GET()
              self.send_response(401); self.send_header("WWW-Authenticate", "Basic realm=x"); self.end_headers()
      server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
      open("../port", "w").write(str(server.server_port))
      server.serve_forever()
      """
    try python.run.write(server, to: "server.py")
    let seen = try await python.run.shell(
      """
      (cd wheels; exec \(MkarrowimgPython.python ?? "")/bin/python ../server.py) >served 2>&1 & server=$!
      while [ ! -s port ]; do sleep 0.1; done; sed -i s/PORT/$(cat port)/ app/requirements.txt
      export NAME=me TOKEN=geheim42; \(Self.add) >/dev/null; rm -r cache; \(Self.add) --locked >/dev/null && echo locked
      rm -r cache; unset TOKEN; \(Self.add) --locked; kill $server
      sed "s/$(cat port)/PORT/; s/ --hash.*//" app/arrow.lock | tail -1
      grep -rl geheim42 app pieces/meta/app cache
      """)
    #expect(
      seen.stdout == "locked\nhelper @ http://${NAME}:${TOKEN}@127.0.0.1:PORT/helper-2.1-py3-none-any.whl\n",
      "\(seen.stderr)")
    #expect(
      seen.stderr.hasPrefix("app/requirements.txt:1:25: error: the variable TOKEN is not set\n"), "\(seen.stderr)")
  }

  @Test(
    "git sees the user's ssh and passwords, and nothing that changes a checkout; it asks nobody; builds see none of it")
  func git() async throws {
    let python = try await application("x @ git+ssh://git@127.0.0.1/x.git\n")
    let git = "#!/bin/sh\nenv | grep -E '^(SSH_|GIT_|SECRET|HOME=)' | grep -v CEILING | sort >seen\nexit 1\n"
    try python.run.write(git.replacing(">seen", with: ">\(python.run.path("seen"))"), to: "bin/git", mode: 0o755)
    let variables = """
      SSH_AUTH_SOCK=/run/agent GIT_SSH_COMMAND='ssh -i key' GIT_SSL_CAINFO=/ca SECRET=1 HOME=$PWD/home SSH_ASKPASS=ask \
      GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=credential.helper GIT_CONFIG_VALUE_0=store \
      GIT_DIR=/nowhere GIT_WORK_TREE=/nowhere GIT_INDEX_FILE=/nowhere GIT_CONFIG_PARAMETERS="'a.b=c'"
      """
    let seen = try await python.run.shell("env PATH=$PWD/bin:$PATH \(variables) \(Self.add); cat seen")
    #expect(
      seen.stdout == """
        GIT_CONFIG_COUNT=6
        GIT_CONFIG_KEY_0=credential.helper
        GIT_CONFIG_KEY_1=core.autocrlf
        GIT_CONFIG_KEY_2=core.eol
        GIT_CONFIG_KEY_3=core.attributesFile
        GIT_CONFIG_KEY_4=core.hooksPath
        GIT_CONFIG_KEY_5=clone.defaultRemoteName
        GIT_CONFIG_VALUE_0=store
        GIT_CONFIG_VALUE_1=false
        GIT_CONFIG_VALUE_2=lf
        GIT_CONFIG_VALUE_3=/dev/null
        GIT_CONFIG_VALUE_4=/dev/null
        GIT_CONFIG_VALUE_5=origin
        GIT_SSH_COMMAND=ssh -i key
        GIT_SSL_CAINFO=/ca
        GIT_TERMINAL_PROMPT=0
        HOME=\(python.run.path("home"))
        SECRET=1
        SSH_ASKPASS=false
        SSH_ASKPASS_REQUIRE=force
        SSH_AUTH_SOCK=/run/agent

        """, "\(seen.stderr)")
    let backend = """
      import os
      def build_wheel(folder, config_settings=None, metadata_directory=None):
          settings = os.path.exists(os.path.expanduser("~/.pydistutils.cfg"))
          raise RuntimeError(settings, sorted(name for name in os.environ if name[:4] in ("SSH_", "GIT_", "SECR", "user")))
      """
    try python.run.write(backend, to: "app/lib/backend.py")
    try python.run.write(
      "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n",
      to: "app/lib/pyproject.toml")
    try python.run.write("[install]\nprefix = /nowhere\n", to: "home/.pydistutils.cfg")
    try python.run.write("./lib\n", to: "app/requirements.txt")
    let built = try await python.run.shell("env \(variables) \(Self.add)")
    #expect(built.stderr.contains("RuntimeError: (False, ['GIT_CEILING_DIRECTORIES'])"), "\(built.stderr)")
  }

  @Test("a checkout is the same whatever git's own settings say")
  func gitSettings() async throws {
    let python = try await application()
    let backend = """
      import zipfile
      INFO = "part-1.dist-info/"
      TEXTS = {"part.py": open("part.py", newline="").read(),
               INFO + "METADATA": "Metadata-Version: 2.1\\nName: part\\nVersion: 1\\n",
               INFO + "WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n", INFO + "RECORD": ""}
      def build_wheel(folder, config_settings=None, metadata_directory=None):
          with zipfile.ZipFile(folder + "/part-1-py3-none-any.whl", "w") as wheel:
              for name, text in TEXTS.items(): wheel.writestr(zipfile.ZipInfo(name), text)
          return "part-1-py3-none-any.whl"
      """
    try python.run.write(backend, to: "repository/backend.py")
    try python.run.write("X = 1\nY = 2\n", to: "repository/part.py")
    try python.run.write(
      "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n",
      to: "repository/pyproject.toml")
    try python.run.write(
      "[core]\n autocrlf = true\n eol = crlf\n[clone]\n defaultRemoteName = upstream\n", to: "home/.gitconfig")
    let seen = try await python.run.shell(
      """
      (cd repository; git init -q; git add .; git -c user.name=a -c user.email=a@b commit -qm one)
      echo "part @ git+file://$PWD/repository" >app/requirements.txt
      HOME=$PWD/home \(Self.add) >/dev/null &&
        cmp pieces/meta/app/.venv/lib/python3.13/site-packages/part.py repository/part.py
      """)
    #expect(seen.code == 0, "\(seen.stdout)\(seen.stderr)")
  }

  @Test("an environment in the cache that is not whole is made anew")
  func damagedCache() async throws {
    let python = try await application()
    let site = "pieces/meta/app/.venv/lib/python3.13/site-packages"
    for damage in [
      "find cache -path '*site-packages/helper.py' -delete",
      "find cache -path '*site-packages/greeting/text.txt' -exec truncate -s 0 {} +",
      "find cache -name site-packages -exec rm -r {} +", "rm -r cache/arrow/environments/*/*",
      "find cache -path '*arrow/programs/*' -name '*.py' -exec truncate -s 0 {} +",
    ] {
      let seen = try await python.run.shell(
        """
        add="\(Self.add) --find-links wheels --no-index"; eval "$add" >/dev/null; \(damage); eval "$add" >/dev/null
        cat \(site)/greeting/text.txt; ls \(site)/helper.py
        """)
      #expect(seen.stdout == "hello from package data\n\(site)/helper.py\n", "\(damage): \(seen.stderr)")
    }
  }
}
