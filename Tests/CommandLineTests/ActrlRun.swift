import ArrowHost
import Glibc
import Subprocess
import SystemPackage

/// Runs of the built actrl, in a folder with an image of arrows that `fake-qemu` plays. No VM starts.
final class ActrlRun: Sendable {
  /// The working folder of every run; `image`, `state` and `bin` are in it.
  let folder: String

  typealias Outcome = MkarrowimgRun.Outcome

  /// What each does, `fake-qemu` says.
  private static let arrows = [
    "broken", "cat", "deaf", "failed", "flood", "gone", "hog", "job", "late", "mute", "panic", "refused", "stubborn",
  ]

  init() throws {
    var template = Array("/tmp/arrow-actrl-test-XXXXXX".utf8CString)
    folder = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
    for name in ["bin", "state", "cache", "image"] { try Files.makeFolder(path(name)) }
    let fake = Files.split(#filePath).folder + "/fake-qemu"
    try Files.makeLink(path("bin/qemu-system-x86_64"), to: fake)
    for name in [ImageManifest.kernelName, ImageManifest.initrdName, ImageManifest.piecesName] {
      try Files.create(path("image/\(name)"), contents: Array(name.utf8))
    }
    try Files.create(path("image/\(ImageManifest.fileName)"), contents: try Self.manifest.encoded())
  }

  /// No process of a test outlives it, and no file.
  deinit {
    for pid in (try? processes()) ?? [] { kill(pid, SIGKILL) }
    try? Files.remove(folder)
  }

  private static var manifest: ImageManifest {
    let file = ImageManifest.File(size: 0, sha256: "")
    let web = ImageManifest.Arrow(
      name: "web", binary: "python", version: "v3.13.5", ports: [.init(port: 8080, export: 3008, proto: .tcp)])
    let others = arrows.map { ImageManifest.Arrow(name: $0, binary: "python", version: "v3.13.5", ports: []) }
    return ImageManifest(
      defaultArrow: "job", arrows: others + [web], binaries: [],
      files: .init(kernel: file, initrd: file, pieces: file))
  }

  func path(_ relative: String) -> String { "\(folder)/\(relative)" }

  /// The names of the folders of instances.
  func instances() throws -> [String] {
    guard try Files.status(of: path("state/arrow/instances")) != nil else { return [] }
    let names = try Files.names(in: path("state/arrow/instances"))
    return names.map { String(decoding: $0, as: UTF8.self) }.filter { $0 != ".lock" }
  }

  /// Whatever works in a folder of ours, even if that is gone: QEMU does in its instance's.
  func processes() throws -> [pid_t] {
    try Files.names(in: "/proc").compactMap { pid_t(String(decoding: $0, as: UTF8.self)) }.filter { pid in
      var target = [UInt8](repeating: 0, count: 4096)
      let count = readlink("/proc/\(pid)/cwd", &target, target.count)
      return count > 0 && String(decoding: target[..<count], as: UTF8.self).hasPrefix(path("state/"))
    }
  }

  func actrl(_ arguments: [String]) async throws -> Outcome {
    try await run("\(MkarrowimgRun.tools)/actrl", arguments)
  }

  func actrl(_ arguments: String...) async throws -> Outcome { try await actrl(arguments) }

  /// A shell line in which `$actrl` is the tool; 124 when it takes too long.
  func shell(_ line: String) async throws -> Outcome {
    let limit = ["--kill-after=5", "240"]
    return try await run(
      "/usr/bin/timeout", limit + ["/bin/bash", "-c", "actrl='\(MkarrowimgRun.tools)/actrl'; \(line)"])
  }

  private func run(_ program: String, _ arguments: [String]) async throws -> Outcome {
    let result = try await Subprocess.run(
      .path(FilePath(program)), arguments: Arguments(arguments),
      environment: .custom([
        "PATH": "\(folder)/bin:/usr/bin:/bin", "HOME": folder, "XDG_STATE_HOME": path("state"),
        "XDG_CACHE_HOME": path("cache"), "ARROW_IMAGE": path("image"), "COLUMNS": "80",
      ]),
      workingDirectory: FilePath(folder), input: .none,
      output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    let code: Int32
    switch result.terminationStatus {
    case .exited(let status): code = status
    case .signaled(let signal): code = 128 + signal
    }
    return Outcome(
      stdout: anonymous(result.standardOutput), stderr: anonymous(result.standardError), code: code)
  }

  /// The test's folder is another one every time.
  private func anonymous(_ text: String) -> String { text.replacing(folder, with: "HERE") }
}
