import ArrowHost
import TestSupport
import Testing

/// Runs of mkarrowimg with the Python that `make image` built, and with wheels made here, so that no network is needed.
final class MkarrowimgPython: Sendable {
  let run: MkarrowimgRun

  /// The Arrow Binary: in `$ARROW_PIECES`, or where `make image` puts it.
  static let python: String? = {
    let home = "\(Clone.pieces)/binary/python"
    let versions = (try? Files.names(in: home).map { String(decoding: $0, as: UTF8.self) }) ?? []
    return versions.last { $0.hasPrefix("v3.13") }.map { "\(home)/\($0)" }
  }()

  /// Where `make image` puts pip.
  static let guest = Clone.path(".build/guest")

  /// Makes pieces with the real Python, as v3.13.5 whatever its patch version is, and two packages in `wheels`.
  init() async throws {
    run = try MkarrowimgRun()
    try Files.remove(run.path("pieces/binary/python/v3.13.5"))
    try Files.makeLink(run.path("pieces/binary/python/v3.13.5"), to: Self.python ?? "/nowhere")
    try await makeWheel(
      "greeting", "1.0",
      [
        "greeting/__init__.py": "from importlib.resources import files\n"
          + "def text(): return files('greeting').joinpath('text.txt').read_text()\n"
          + "def main(): print(text(), end='')\n",
        "greeting/text.txt": "hello from package data\n",
        "shared/one.py": "NAME = 'one'\n",
        "greeting-1.0.dist-info/entry_points.txt": "[console_scripts]\ngreet = greeting:main\n",
      ], requires: "helper>=2")
    try await makeWheel("helper", "2.1", ["helper.py": "X = 2\n", "shared/two.py": "NAME = 'two'\n"])
  }

  func makeWheel(
    _ name: String, _ version: String, _ files: [String: String], requires: String? = nil, tag: String = "py3-none-any",
    in folder: String = "wheels"
  ) async throws {
    let metadata =
      "Metadata-Version: 2.1\nName: \(name)\nVersion: \(version)\n" + (requires.map { "Requires-Dist: \($0)\n" } ?? "")
    var files = files
    files["\(name)-\(version).dist-info/METADATA"] = metadata
    files["\(name)-\(version).dist-info/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: \(tag)\n"
    let record = files.keys.sorted().map { "\($0),,\n" }.joined()
    files["\(name)-\(version).dist-info/RECORD"] = record + "\(name)-\(version).dist-info/RECORD,,\n"
    let staged = "staged/\(name)-\(version)"
    for (path, text) in files { try run.write(text, to: "\(staged)/\(path)") }
    // The same wheel has the same bytes: Python's own zip writes it with a fixed time.
    let script = """
      import os, sys, zipfile
      staged, wheel = sys.argv[1:]
      os.makedirs(os.path.dirname(wheel), exist_ok=True)
      with zipfile.ZipFile(wheel, "w") as archive:
          for folder, _, names in sorted(os.walk(staged)):
              for name in sorted(names):
                  path = os.path.join(folder, name)
                  info = zipfile.ZipInfo(os.path.relpath(path, staged), (2024, 1, 1, 0, 0, 0))
                  info.external_attr = 0o644 << 16
                  archive.writestr(info, open(path, "rb").read())
      """
    try run.write(script, to: "zip.py")
    let wheel = "\(folder)/\(name)-\(version)-\(tag).whl"
    let made = try await run.shell("\(Self.python ?? "")/bin/python -B zip.py \(staged) '\(wheel)'")
    try #require(made.code == 0, "\(made.stderr)")
  }

  /// Runs `mkarrowimg add pieces APP` offline. The time that it took is left out of its output.
  func add(_ application: String, _ more: String...) async throws -> Outcome {
    let words = ["add pieces", application, "--find-links wheels --no-index"] + more
    return try await run.shell("$mkarrowimg \(words.joined(separator: " "))").withoutTimes
  }

  /// Runs Python code on the host, with an arrow's packages.
  func python(_ code: String, arrow: String) async throws -> Outcome {
    let site = run.path("pieces/meta/\(arrow)/.venv/lib/python3.13/site-packages")
    try run.write("import site\nsite.addsitedir('\(site)')\n\(code)", to: "code.py")
    return try await run.shell("\(Self.python ?? "")/bin/python -I -B code.py")
  }

  func text(_ relative: String) throws -> String { try run.text(relative) }
}

extension Trait where Self == ConditionTrait {
  /// Skips where `make image` has not built Python yet.
  static var needsPython: Self {
    .enabled(if: MkarrowimgPython.python != nil, "no Python in .build/pieces: make image builds it")
  }
}
