import ArrowHost
import Testing

@testable import ArrowImage

/// Texts as pip 25 prints them.
@Suite("A failure of pip")
struct PipFailureTests {
  private func failure(_ errors: String, output: String = "", action: String = "resolve what app requires")
    -> PipFailure
  {
    PipFailure(Outcome(isSuccess: false, output: output, errors: errors), action)
  }

  private let brokenBuild = """
      error: subprocess-exited-with-error

      × Building wheel for alpha (pyproject.toml) did not run successfully.
      │ exit code: 1
      ╰─> [7 lines of output]
          building 'alpha' extension
          alpha.c:1:10: fatal error: libpq-fe.h: No such file or directory
          compilation terminated.
          error: command 'gcc' failed with exit code 1
          [end of output]

      note: This error originates from a subprocess, and is likely not a problem with pip.
      ERROR: Failed building wheel for alpha
    ERROR: Failed to build installable wheels for some pyproject.toml based projects
    """

  @Test("where git or ssh would have asked, the hint says how they need not")
  func unattended() {
    for said in [
      "git@example.org: Permission denied (publickey).", "Host key verification failed.",
      "fatal: could not read Username for 'https://example.org': terminal prompts disabled",
    ] {
      #expect(failure("  \(said)\nERROR: no\n").hostError.hint?.hasPrefix("nobody is asked for a password") == true)
    }
    #expect(failure("  fatal: Could not read from remote repository.\nERROR: no\n").hostError.hint == nil)
  }

  @Test("a failure of pip is shown as its own lines of errors, with what is moved in below them")
  func lines() {
    let failure = failure(
      """
      WARNING: something harmless
      ERROR: Could not find a version that satisfies the requirement nosuch (from versions: none)
      ERROR: Cannot install a and b because these package versions have conflicting dependencies.
          The user requested a 1
      and this is not part of it
      """)
    #expect(
      failure.hostError.description == """
        cannot resolve what app requires
          pip: ERROR: Could not find a version that satisfies the requirement nosuch (from versions: none)
          pip: ERROR: Cannot install a and b because these package versions have conflicting dependencies.
          pip:     The user requested a 1
        """)
    #expect(failure.hostError.kind == .input)
  }

  @Test("a failure of pip is shown with its last lines where pip marks none as an error")
  func lastLines() {
    let text = (1...30).map { "line \($0)" }.joined(separator: "\n")
    let message = failure(text).hostError.message
    #expect(message.hasPrefix("cannot resolve what app requires\n  pip: line 11\n"))
    #expect(message.hasSuffix("\n  pip: line 30"))
  }

  @Test(
    "a failure of pip names the package that can't be built, the compiler's first error, and where the library comes from"
  )
  func build() {
    let error = failure(brokenBuild).hostError
    #expect(
      error.message.hasPrefix(
        "cannot resolve what app requires: alpha can't be built: libpq-fe.h: No such file or directory\n  pip: "))
    #expect(error.hint?.hasPrefix("it needs a C library for musl; make libraries builds libpq") == true)
  }

  @Test("a failure of pip names our own compiler's error before what follows from it")
  func ownCompiler() {
    let failure = failure(
      """
        error: subprocess-exited-with-error
            x.c:1: error: something later
            arrow: error: there is no static library xyz (libxyz.a) for musl
        ERROR: Failed building wheel for beta
      """)
    #expect(
      failure.hostError.message.hasPrefix(
        "cannot resolve what app requires: beta can't be built: there is no static library xyz (libxyz.a) for musl\n"))
    #expect(
      failure.reason
        == "beta can't be built for a static Python: there is no static library xyz (libxyz.a) for musl")
  }

  @Test("a failure of pip names an exception of a build, and what to set where a version comes from a repository")
  func exception() {
    let failure = failure(
      """
        error: subprocess-exited-with-error
            LookupError: setuptools-scm was unable to detect version for /tmp/x. Set SETUPTOOLS_SCM_PRETEND_VERSION
      """, output: "Processing ./.work/projects/0/myapp\n")
    #expect(
      failure.hostError.message.hasPrefix(
        "cannot resolve what app requires: myapp can't be built: LookupError: setuptools-scm was unable"))
    #expect(failure.hostError.hint?.contains("SETUPTOOLS_SCM_PRETEND_VERSION=1.2.3") == true)
  }

  @Test("a failure of pip has the remedy where no index could be reached")
  func network() {
    let failure = failure(
      "WARNING: Retrying after connection broken by 'NameResolutionError(...)'\nERROR: No matching distribution found")
    #expect(
      failure.hostError.hint
        == "no package index could be reached; a folder with wheels does as well: --find-links FOLDER --no-index")
  }

  @Test("a failure of pip has no hint where there is no remedy")
  func noHint() {
    #expect(failure("ERROR: No matching distribution found for nosuch").hostError.hint == nil)
  }

  @Test(
    "a failure of pip is one sentence's end when a package can't be had for a static Python",
    arguments: [
      (
        "  error: arrow: grpcio has 2764 files in C and C++",
        "grpcio has 2764 files in C and C++, and there is a wheel (--static compiles them)"
      ),
      ("    The user requested (constraint) numpy==2.0", "there are no sources of numpy to be had"),
      (
        "ERROR: Could not find a version that satisfies the requirement torch==2.4 (from versions: none)",
        "there are no sources of torch to be had"
      ),
      (
        "ERROR: Cannot install orjson==3.0 because these package versions have conflicting dependencies.",
        "there are no sources of orjson to be had"
      ),
      (
        "ERROR: arrow: duckdb is built with cmake, which is not here for musl",
        "duckdb is built with cmake, which is not here for musl"
      ),
      ("ERROR: something new", "a package can't be built for a static Python"),
    ])
  func reasons(errors: String, reason: String) {
    #expect(failure(errors).reason == reason)
  }

  @Test("a failure of pip names the build tool that makes no objects, and the package that wants it")
  func blockedTool() {
    for tool in ["maturin", "meson-python", "cmake"] {
      let failure = failure(
        "ERROR: Cannot install \(tool)>=1.0 because these package versions have conflicting dependencies.",
        output: "Collecting orjson==3.10\n  Downloading orjson-3.10.tar.gz\n")
      #expect(failure.reason == "orjson is built with \(tool), which makes no modules for a static Python")
    }
  }

  @Test(
    "a failure of pip names the package that pip was working on",
    arguments: [
      ("Collecting one\nCollecting two-b.c\n", "two-b.c"),
      ("Collecting one\n  Building wheel for two (pyproject.toml): started\n", "two"),
      ("Collecting one\n      Collecting deep\n", "one"),
      ("Processing /tmp/wheels/gamma-1.0.tar.gz\n", "gamma"),
      ("Processing /x/.work/projects/1/my-project\n", "my-project"),
      ("nothing\n", "a package"),
    ])
  func package(output: String, name: String) {
    #expect(failure("", output: output).reason == "\(name) can't be built for a static Python")
  }
}
