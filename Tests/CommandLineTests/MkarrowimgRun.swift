import Glibc
import TestSupport

/// Runs of the built mkarrowimg, in a folder with the smallest input an image can be made of.
final class MkarrowimgRun: Sendable {
  /// The working folder of every run; `pieces`, `kernel` and `arrow-init` are in it.
  private let scratch = Scratch("command-test")

  init() throws {
    try write(Scratch.program, to: "kernel")
    try write(Scratch.program, to: "arrow-init")
    try write(Scratch.program, to: "pieces/binary/python/v3.13.5/bin/python", mode: 0o755)
    try write(Self.profile, to: "pieces/binary/python/v3.13.5/seccomp.json")
    try write(Self.spec, to: "pieces/meta/python-web/arrow_spec.json")
    try write("print('hello')\n", to: "pieces/meta/python-web/server.py")
  }

  static let profile = """
    {"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"}]}

    """

  /// The spec of the first example, python-web.
  static let spec = """
    {
      "binary": {
        "name": "python",
        "version": "v3.13",
        "project": "https://github.com/python/cpython"
      },
      "process": {
        "terminal": false,
        "cmd": "python",
        "args": ["python", "server.py"]
      },
      "port": 8080,
      "export": 3008,
      "proto": "tcp"
    }

    """

  func path(_ relative: String) -> String { scratch.url(relative) }

  /// Writes a file in place of one that may be there. The folders above it are made.
  func write(_ text: String, to relative: String, mode: mode_t = 0o644) throws {
    try scratch.write(text, to: relative, mode: mode)
  }

  func write(_ bytes: [UInt8], to relative: String, mode: mode_t = 0o644) throws {
    try scratch.write(bytes, to: relative, mode: mode)
  }

  /// The names in the folder, sorted.
  func names(_ relative: String = "") throws -> [String] { try scratch.names(relative) }

  func text(_ relative: String) throws -> String { try scratch.text(relative) }

  func mkarrowimg(_ arguments: String...) async throws -> Outcome {
    try await run(["\(Clone.tools)/mkarrowimg"] + arguments)
  }

  /// Runs a shell line in which `$mkarrowimg` is the tool, and `$build` is `mkarrowimg build` with kernel and init.
  func shell(_ line: String) async throws -> Outcome {
    let tool = "\(Clone.tools)/mkarrowimg"
    let setUp = "mkarrowimg='\(tool)'; build=\"$mkarrowimg build --kernel kernel --init arrow-init\"; "
    return try await run(["/bin/sh", "-c", setUp + line])
  }

  /// Makes `out` of `pieces`.
  func build(_ more: String...) async throws -> Outcome {
    try await run(
      ["\(Clone.tools)/mkarrowimg", "build", "pieces", "-o", "out", "--kernel", "kernel", "--init", "arrow-init"] + more
    )
  }

  private func run(_ words: [String]) async throws -> Outcome {
    var command = Command(words, in: scratch.path)
    command.variables = .inherited(and: ["COLUMNS": "80"])
    return try await command.run()
  }
}
