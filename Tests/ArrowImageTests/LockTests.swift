import ArrowHost
import Testing

@testable import ArrowImage

@Suite("A lock file")
struct LockTests {
  private let python = PythonRuntime(name: "python", version: "v3.13.5", folder: "/pieces/binary/python/v3.13.5")

  private func lock(_ lines: String, linkage: Linkage = .builtIn) -> Lock {
    let count = lines.split(separator: "\n").filter { !$0.hasPrefix("#") }.count
    return Lock(
      path: "arrow.lock", text: Lock.header("0123456789abcdef", python, linkage, packages: count) + lines)
  }

  @Test("a lock file begins with what it holds for: the Python, its version and the requirements")
  func header() {
    #expect(
      Lock.header("0123456789abcdef", python, .builtIn, packages: 7) == """
        # Made by mkarrowimg add: exactly what it installs. Keep it with the code; pip reads it, too.
        # For python 3.13, requirements 0123456789abcdef; packages: 7.

        """)
    #expect(Lock.header("f", python, .loaded, packages: 1).contains("\n# For python-dynamic 3.13, requirements f; "))
  }

  @Test("a lock file names packages by version, address or path, without their hashes and without comments")
  func packages() {
    let lock = lock(
      """
      flask==3.0.1 --hash=sha256:aa
      # a comment
      lib @ git+https://example.org/lib@0123abcd#subdirectory=python
      direct @ https://example.org/direct-1.0.whl --hash=sha256:bb
      ../wheels/local-2.0-py3-none-any.whl --hash=sha256:cc

      """)
    #expect(
      lock.packages == [
        "flask==3.0.1", "lib @ git+https://example.org/lib@0123abcd#subdirectory=python",
        "direct @ https://example.org/direct-1.0.whl", "../wheels/local-2.0-py3-none-any.whl",
      ])
  }

  @Test("a lock file tells what has a hash from checkouts, which pip does not take together")
  func checkouts() {
    let lock = lock("flask==3.0.1 --hash=sha256:aa\nlib @ git+https://example.org/lib@0123abcd\n")
    #expect(lock.hashed == ["flask==3.0.1 --hash=sha256:aa"])
    #expect(lock.checkouts == ["lib @ git+https://example.org/lib@0123abcd"])
  }

  @Test("variables in addresses have their values for pip only; one that is not set is named with the file")
  func variables() throws {
    let lock = lock("a @ https://me:${HOME}@example.org/a.whl --hash=sha256:aa\nb @ git+https://${NO_SUCH}@b@0123\n")
    let home = try #require(try UserEnvironment.value(of: "HOME"))
    #expect(try lock.filledIn(lock.hashed) == "a @ https://me:\(home)@example.org/a.whl --hash=sha256:aa")
    let errors = #expect(throws: InputErrors.self) { try lock.filledIn(lock.checkouts) }
    #expect(errors?.findings == [Finding("the variable NO_SUCH is not set", place: "arrow.lock")])
  }

  @Test("a lock file without packages is empty, not one package without a name")
  func empty() {
    #expect(lock("").packages == [])
    #expect(lock("\n\n").packages == [])
    #expect(lock(" --hash=\n").packages == [])
  }

  @Test("a lock file fits the same requirements and the same kind and version of Python only")
  func fits() {
    let lock = lock("flask==3.0.1 --hash=sha256:aa\n")
    #expect(lock.fits("0123456789abcdef", python, .builtIn))
    #expect(!lock.fits("0123456789abcdee", python, .builtIn), "other requirements")
    #expect(!lock.fits("0123456789abcdef", python, .loaded), "python-dynamic")
    var other = python
    other.version = "v3.12.5"
    #expect(!lock.fits("0123456789abcdef", other, .builtIn), "another version")
    other.version = "v3.13.6"
    #expect(lock.fits("0123456789abcdef", other, .builtIn), "a later release of the same version")
    other.name = "python-mine"
    #expect(!lock.fits("0123456789abcdef", other, .builtIn), "another binary")
  }

  @Test("a lock file of python-dynamic fits python-dynamic only")
  func fitsDynamic() {
    let lock = lock("numpy==2.0 --hash=sha256:aa\n", linkage: .loaded)
    #expect(lock.fits("0123456789abcdef", python, .loaded))
    #expect(!lock.fits("0123456789abcdef", python, .builtIn))
  }

  @Test("a lock file whose header was changed or is gone fits nothing")
  func changedHeader() {
    #expect(!Lock(path: "x", text: "flask==3.0.1 --hash=sha256:aa\n").fits("0123456789abcdef", python, .builtIn))
    let text = lock("").text
    #expect(Lock(path: "x", text: text).fits("0123456789abcdef", python, .builtIn))
    #expect(!Lock(path: "x", text: "\n" + text).fits("0123456789abcdef", python, .builtIn))
    #expect(!Lock(path: "x", text: String(text.dropLast())).fits("0123456789abcdef", python, .builtIn))
  }

  @Test("a lock file that was cut at a line's end, or merged, fits nothing, and pins only what is whole")
  func cut() {
    let whole = lock("a==1 --hash=sha256:aa\nb==2 --hash=sha256:bb\n")
    #expect(whole.fits("0123456789abcdef", python, .builtIn))
    let cut = Lock(path: "x", text: whole.text.split(separator: "\n").dropLast().map { $0 + "\n" }.joined())
    #expect(!cut.fits("0123456789abcdef", python, .builtIn))
    #expect(cut.pins == ["a==1"])
    let merged = Lock(path: "x", text: whole.text + "=======\na==3 --hash=sha256:cc\n>>>>>>> x\n")
    #expect(!merged.fits("0123456789abcdef", python, .builtIn))
    #expect(!merged.pins.contains("======="))
  }

  @Test("a lock file pins versions for the next one, but no addresses and no paths")
  func pins() {
    let lock = lock(
      """
      flask==3.0.1 --hash=sha256:aa
      lib @ git+https://example.org/lib@v1==2
      ./wheels/odd==1.0.whl --hash=sha256:bb
      werkzeug==3.1 --hash=sha256:cc

      """)
    #expect(lock.pins == ["flask==3.0.1", "werkzeug==3.1"])
  }

  @Test("a lock file is written once: a second time there is nothing to write")
  func written() throws {
    let scratch = Scratch()
    var lock = lock("flask==3.0.1 --hash=sha256:aa\n")
    lock.path = scratch.url("arrow.lock")
    #expect(try lock.write())
    #expect(try !lock.write())
    #expect(try Files.contents(of: lock.path) == Array(lock.text.utf8))
    try scratch.write("something else", to: "arrow.lock")
    #expect(try lock.write())
    #expect(try Files.contents(of: lock.path) == Array(lock.text.utf8))
  }
}
