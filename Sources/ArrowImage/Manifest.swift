import ArrowHost
import ArrowSpec

/// Describes a finished image for `image.json`.
enum Manifest {
  static func describe(
    _ pieces: PiecesFolder, _ arrows: [CheckedArrow], _ defaultArrow: String?, in folder: String
  ) async throws(HostError) -> ImageManifest {
    let names = [ImageManifest.kernelName, ImageManifest.initrdName, ImageManifest.piecesName]
    var files = try await FileHashes.describe(names, in: folder)
    return ImageManifest(
      defaultArrow: defaultArrow,
      arrows: arrows.map { arrow in
        ImageManifest.Arrow(
          name: arrow.name, binary: arrow.spec.binary.name, version: arrow.version,
          ports: arrow.spec.ports.map { .init(port: $0.port, export: $0.export, proto: $0.proto) },
          stopTimeout: stopTimeout(arrow.spec.stop))
      },
      binaries: pieces.names(in: "binary").flatMap { name in
        pieces.versions(of: name).map { version in
          .init(name: name, version: version, size: pieces.size(of: "binary/\(name)/\(version)"))
        }
      },
      files: .init(kernel: files.removeFirst(), initrd: files.removeFirst(), pieces: files.removeFirst()))
  }
}

extension Manifest {
  /// What actrl need not be told is left out.
  private static func stopTimeout(_ stop: Spec.Stop) -> Int? {
    Int(stop.timeout) == ImageManifest.Arrow.usualStopTimeout ? nil : Int(stop.timeout)
  }
}

/// Sizes and SHA-256 of files, by sha256sum.
enum FileHashes {
  private static let sha256sum = Tool("sha256sum", package: "coreutils")

  /// In the order of `names`, which are names in `folder`.
  static func describe(_ names: [String], in folder: String) async throws(HostError) -> [ImageManifest.File] {
    let lines = try await sha256sum.run(["--"] + names, folder: folder).split(separator: "\n")
    var files: [ImageManifest.File] = []
    for (name, line) in zip(names, lines) {
      let size = try Files.status(of: "\(folder)/\(name)")?.st_size ?? 0
      files.append(.init(size: Int(size), sha256: String(line.prefix(64))))
    }
    return files
  }
}
