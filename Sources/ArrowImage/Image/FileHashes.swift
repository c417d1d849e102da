import ArrowHost
import Glibc

/// Sizes and SHA-256 of files, by sha256sum.
enum FileHashes {
  private static let sha256sum = Tool("sha256sum", package: "coreutils")

  /// In the order of `names`, which are names in `folder`.
  static func describe(_ names: [String], in folder: String) async throws(HostError) -> [ImageManifest.File] {
    // sha256sum would wait at a FIFO, and read a device without an end.
    for name in names { close(try Files.openFile("\(folder)/\(name)")) }
    let lines = try await sha256sum.run(["--"] + names, folder: folder).split(separator: "\n")
    var files: [ImageManifest.File] = []
    for (name, line) in zip(names, lines) {
      let size = try Files.status(of: "\(folder)/\(name)")?.st_size ?? 0
      files.append(.init(size: Int(size), sha256: String(line.prefix(64))))
    }
    return files
  }
}
