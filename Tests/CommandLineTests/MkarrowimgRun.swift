import ArrowHost
import Glibc
import Subprocess
import SystemPackage

/// Runs of the built mkarrowimg, in a folder with the smallest input an image can be made of.
final class MkarrowimgRun: Sendable {
  /// The folder; `pieces`, `kernel` and `arrow-init` are in it, and it is the working folder of every run.
  let folder: String

  struct Outcome: Equatable {
    var stdout: String
    var stderr: String
    /// 128+n where signal n ended the run.
    var code: Int32
  }

  init() throws {
    var template = Array("/tmp/arrow-command-test-XXXXXX".utf8CString)
    folder = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
    try write(Self.program, to: "kernel")
    try write(Self.program, to: "arrow-init")
    try write(Self.program, to: "pieces/binary/python/v3.13.5/bin/python", mode: 0o755)
    try write(Array(Self.profile.utf8), to: "pieces/binary/python/v3.13.5/seccomp.json")
    try write(Array(Self.spec.utf8), to: "pieces/meta/python-web/arrow_spec.json")
    try write(Array("print('hello')\n".utf8), to: "pieces/meta/python-web/server.py")
  }

  deinit { try? Files.remove(folder) }

  /// An ELF header that passes for a program.
  static let program: [UInt8] =
    [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9) + [2, 0, 62, 0]
    + [UInt8](repeating: 0, count: 44)

  static let profile = """
    {"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"}]}

    """

  /// The seed's spec of python-web, for the version there is.
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

  /// The folder of the built tools: `$ARROW_BIN`, else where the tests were built.
  static var tools: String {
    if let folder = getenv("ARROW_BIN") { return String(cString: folder) }
    guard let path = realpath("/proc/self/exe", nil) else { return "." }
    defer { free(path) }
    return Files.split(String(cString: path)).folder
  }

  func path(_ relative: String) -> String { "\(folder)/\(relative)" }

  /// Writes a file in place of one that may be there; the folders above it are made.
  func write(_ contents: [UInt8], to relative: String, mode: mode_t = 0o644) throws {
    let components = relative.split(separator: "/").dropLast()
    for count in 0..<components.count {
      let above = path(components.prefix(count + 1).joined(separator: "/"))
      if try Files.status(of: above) == nil { try Files.makeFolder(above) }
    }
    try Files.remove(path(relative))
    try Files.create(path(relative), contents: contents, mode: mode)
  }

  /// The names in the folder, sorted.
  func names(_ relative: String = "") throws -> [String] {
    try Files.names(in: path(relative)).map { String(decoding: $0, as: UTF8.self) }
  }

  func mkarrowimg(_ arguments: String...) async throws -> Outcome {
    try await run("\(Self.tools)/mkarrowimg", arguments)
  }

  /// A shell line in which `$mkarrowimg` is the tool, and `$build` one that makes `out` of `pieces`.
  func shell(_ line: String) async throws -> Outcome {
    let tool = "\(Self.tools)/mkarrowimg"
    let setUp = "mkarrowimg='\(tool)'; build=\"$mkarrowimg build --kernel kernel --init arrow-init\"; "
    return try await run("/bin/sh", ["-c", setUp + line])
  }

  /// Makes `out` of `pieces`.
  func build(_ more: String...) async throws -> Outcome {
    try await run(
      "\(Self.tools)/mkarrowimg",
      ["build", "pieces", "-o", "out", "--kernel", "kernel", "--init", "arrow-init"] + more)
  }

  private func run(_ program: String, _ arguments: [String]) async throws -> Outcome {
    let result = try await Subprocess.run(
      .path(FilePath(program)), arguments: Arguments(arguments),
      environment: .inherit.updating(["COLUMNS": "80"]), workingDirectory: FilePath(folder),
      output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    let code: Int32
    switch result.terminationStatus {
    case .exited(let status): code = status
    case .signaled(let signal): code = 128 + signal
    }
    return Outcome(stdout: result.standardOutput, stderr: result.standardError, code: code)
  }
}
