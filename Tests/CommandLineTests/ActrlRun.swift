import ArrowHost
import Glibc
import TestSupport

/// Runs of the built actrl, in a folder with an image of arrows that `fake-qemu` plays. No VM starts.
final class ActrlRun: Sendable {
  /// The working folder of every run; `image`, `state` and `bin` are in it.
  private let scratch = Scratch("actrl-test")

  /// `fake-qemu` defines what each of them does.
  private static let arrows = [
    "broken", "cat", "deaf", "failed", "flood", "gone", "hog", "job", "late", "mute", "panic", "refused", "stubborn",
  ]

  init() throws {
    for name in ["state", "cache"] { try Files.makeFolder(path(name)) }
    try scratch.link("bin/qemu-system-x86_64", to: Clone.path("Tests/CommandLineTests/fake-qemu"))
    for name in [ImageManifest.kernelName, ImageManifest.initrdName, ImageManifest.piecesName] {
      try scratch.write(name, to: "image/\(name)")
    }
    try scratch.write(try Self.manifest.encoded(), to: "image/\(ImageManifest.fileName)")
  }

  /// No process of a test outlives it.
  deinit {
    for pid in (try? processes()) ?? [] { kill(pid, SIGKILL) }
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

  func path(_ relative: String) -> String { scratch.url(relative) }

  /// The names of the folders of instances.
  func instances() throws -> [String] {
    guard try Files.status(of: path("state/arrow/instances")) != nil else { return [] }
    return try scratch.names("state/arrow/instances").filter { $0 != ".lock" }
  }

  /// The processes whose working folder is below `state`, even if it is gone: QEMU's is its instance's folder.
  func processes() throws -> [pid_t] {
    try Files.names(in: "/proc").compactMap { pid_t(String(decoding: $0, as: UTF8.self)) }.filter { pid in
      var target = [UInt8](repeating: 0, count: 4096)
      let count = readlink("/proc/\(pid)/cwd", &target, target.count)
      return count > 0 && String(decoding: target[..<count], as: UTF8.self).hasPrefix(path("state/"))
    }
  }

  func actrl(_ arguments: [String]) async throws -> Outcome {
    try await run(["\(Clone.tools)/actrl"] + arguments)
  }

  func actrl(_ arguments: String...) async throws -> Outcome { try await actrl(arguments) }

  /// Runs a shell line in which `$actrl` is the tool. The code is 124 when it takes too long.
  func shell(_ line: String) async throws -> Outcome {
    try await run(["/bin/bash", "-c", "actrl='\(Clone.tools)/actrl'; \(line)"], seconds: 240)
  }

  func write(_ text: String, to relative: String) throws { try scratch.write(text, to: relative) }

  private func run(_ words: [String], seconds: Int? = nil) async throws -> Outcome {
    var command = Command(words, in: scratch.path)
    command.variables = .only([
      "PATH": "\(path("bin")):/usr/bin:/bin", "HOME": scratch.path, "XDG_STATE_HOME": path("state"),
      "XDG_CACHE_HOME": path("cache"), "ARROW_IMAGE": path("image"), "COLUMNS": "80",
    ])
    command.seconds = seconds
    let outcome = try await command.run()
    return Outcome(stdout: anonymous(outcome.stdout), stderr: anonymous(outcome.stderr), code: outcome.code)
  }

  /// Replaces the name of the test's folder, which is another one every time.
  private func anonymous(_ text: String) -> String { text.replacing(scratch.path, with: "HERE") }
}
