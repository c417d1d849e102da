import Glibc
import TestSupport
import Testing

extension Trait where Self == ConditionTrait {
  /// The applications' packages come from the index that pip asks.
  static var needsIndex: Self {
    .enabled("pip reaches no package index") {
      let pip =
        "python=$(ls -d $clone/.build/pieces/binary/python/v3.13*/bin/python); $python -P $clone/.build/guest/pip/pip"
      let line = "\(pip) -q --retries 0 download --no-deps -d . click 2>/dev/null"
      return try await Bench().shell(line).code == 0
    }
  }

  /// `make python-dynamic` builds it.
  static var needsDynamic: Self {
    .enabled("no python-dynamic in .build/pieces: make python-dynamic builds it") {
      access(Clone.path(".build/pieces/binary/python-dynamic/v3.13.5/bin/python"), X_OK) == 0
    }
  }

  /// `make libraries` builds them.
  static var needsLibraries: Self {
    .enabled("no libxml2, libpq or C++ library in .build/guest/libraries: make libraries builds them") {
      ["lib/libxslt.a", "lib/libpq.a", "lib/libstdc++.a"].allSatisfy {
        access(Clone.path(".build/guest/libraries/\($0)"), R_OK) == 0
      }
    }
  }
}

/// Applications as users write them, with packages from the index. mkarrowimg makes arrows of them, which run under the
/// usual seccomp profile, without privileges. Each server is under load for `$ARROW_LOAD_SECONDS`, or three seconds.
@Suite("Applications with packages from the index", .needsImage, .needsIndex)
struct ApplicationTests {
  /// What the scripts of the tests share. `load` prints nothing but what went wrong.
  private static let words = """
    mkdir pieces; cp -al "$clone/.build/pieces/binary" "$clone/.build/pieces/share" pieces/
    here="$clone/Tests/BootTests/applications"
    take() { cp -r "$here/$1" .; add "$1"; }
    add() { "$mkarrowimg" add pieces "$@" >&2; "$mkarrowimg" build pieces -o image >/dev/null; export ARROW_IMAGE=$PWD/image; }
    run() { "$actrl" run --accel tcg -m 128m "$@"; }
    shoot() {
      "$actrl" shoot --wait --accel tcg -m 128m -p 0:8080 --name vm "$@" >/dev/null
      port=$("$actrl" list | sed -n 's/.*127.0.0.1:\\([0-9]*\\)->8080.*/\\1/p')
    }
    load() {
      wrk -t 1 -c 8 -d "${ARROW_LOAD_SECONDS:-3}s" --timeout 20s "http://localhost:$port$1" >load
      echo "$1: $(grep Requests/sec load)" >&2
      grep -E 'Socket errors|Non-2xx' load || awk '/requests in/ && $1 < 10 { print "only", $0 }' load
    }
    trap '("$actrl" logs vm >&2; "$actrl" kill vm) 2>/dev/null >&2 || true' EXIT

    """

  private static let seconds = getenv("ARROW_LOAD_SECONDS").flatMap { Int(String(cString: $0)) } ?? 3

  private func expect(_ stdout: String, of line: String, place: SourceLocation = #_sourceLocation) async throws {
    let end = try await Bench().shell(Self.words + line, limit: 400 + 2 * Self.seconds)
    #expect(end.code == 0 && end.stdout == stdout, "\(end.stdout)\(end.stderr)", sourceLocation: place)
  }

  @Test("a new flask project answers behind waitress; commands, metadata and package data work")
  func flask() async throws {
    try await expect(
      """
      3 flask waitress-serve
      waitress True
      body,
      /meta/web/.venv True True
      Python 3
      hello from Flask

      """,
      of: """
        "$mkarrowimg" new web --template flask >/dev/null
        cat >web/look.py <<'END'
        import importlib.metadata as metadata, importlib.resources as resources, sys
        import flask, werkzeug
        commands = metadata.entry_points(group="console_scripts")
        print(metadata.version("flask").split(".")[0], *sorted(command.name for command in commands))
        print(metadata.distribution("waitress").metadata["Name"], len(metadata.requires("flask")) > 3)
        print(resources.files("werkzeug.debug").joinpath("shared/style.css").read_text()[:5])
        print(sys.prefix, flask.__file__.startswith(sys.prefix), flask.__cached__.endswith(".pyc"))
        END
        add web
        run web python look.py
        run web flask --version | sed -n 1p | cut -d. -f1
        shoot web
        curl -sf localhost:$port
        load /
        """)
  }

  @Test("MarkupSafe, PyYAML, msgpack, simplejson, cffi and psutil work, linked in")
  func native() async throws {
    try await expect(
      "linked in: MarkupSafe, PyYAML, msgpack, simplejson, cffi, psutil\n",
      of: """
        take native
        run native
        """)
  }

  @Test("greenlet, lxml, ujson, psycopg and PyNaCl work, linked in with their C and C++ libraries", .needsLibraries)
  func libraries() async throws {
    try await expect(
      "linked in: greenlet, lxml, ujson, psycopg, PyNaCl\n",
      of: """
        take libraries
        run libraries
        """)
  }

  @Test("Django shows its start page, and keeps notes on a volume")
  func django() async throws {
    try await expect(
      """
      The install worked successfully! Congratulations!
      {"count": 1, "texts": ["one"]}
      {"count": 2, "texts": ["one", "two"]}

      """,
      of: """
        truncate -s 16M disk; mkfs.ext4 -q disk
        take django
        shoot -v disk:django django
        curl -sf localhost:$port >page; grep -o -m 1 'The install worked successfully! Congratulations!' page
        curl -sf localhost:$port/notes/add/one; echo
        "$actrl" stop vm >/dev/null; "$actrl" rm vm >/dev/null
        shoot -v disk:django django
        curl -sf localhost:$port/notes/add/two; echo
        load /notes
        """)
  }

  @Test("an asyncio server answers, and says goodbye when it is stopped")
  func asyncio() async throws {
    try await expect(
      "hello\nstopped\n",
      of: """
        take asyncio
        shoot asyncio
        curl -sf localhost:$port
        load /
        "$actrl" stop vm >/dev/null
        "$actrl" logs vm
        """)
  }

  @Test("a scheduled worker does its jobs and exits 0")
  func worker() async throws {
    try await expect(
      "job 1\njob 2\njob 3\n0\n",
      of: """
        take worker
        run worker
        echo $?
        """)
  }

  @Test("numpy solves a system in 128 MiB, and Pillow makes a picture", .needsDynamic)
  func numpy() async throws {
    try await expect(
      "solved: True largest error below 1e-8: True\npicture: (50, 50)\n",
      of: """
        take numpy
        run numpy
        """)
  }

  @Test("FastAPI with pydantic answers under uvicorn", .needsDynamic)
  func fastapi() async throws {
    try await expect(
      """
      {"hello":"from FastAPI"}
      {"ordered":3,"name":"arrows"}
      greater_than

      """,
      of: """
        take fastapi
        shoot fastapi
        curl -sf localhost:$port; echo
        order() { curl -s -H 'Content-Type: application/json' -d "$1" localhost:$port/orders; echo; }
        order '{"name": "arrows", "amount": 3}'
        order '{"name": "arrows", "amount": -1}' | grep -o 'greater_than' | sed -n 1p
        load /
        """)
  }
}
