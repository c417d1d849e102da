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
          stopTimeout: stopTimeout(arrow.spec.stop), volumes: arrow.spec.mounts.compactMap(volume))
      },
      binaries: pieces.binaries.flatMap { name in
        pieces.versions(of: name).map { version in
          .init(
            name: name, version: version,
            size: pieces.size(of: GuestContract.binaryFolder(name: name, version: version)))
        }
      },
      files: .init(kernel: files.removeFirst(), initrd: files.removeFirst(), pieces: files.removeFirst()))
  }

  /// What actrl need not be told is left out.
  private static func stopTimeout(_ stop: Spec.Stop) -> Int? {
    Int(stop.timeout) == ImageManifest.Arrow.usualStopTimeout ? nil : Int(stop.timeout)
  }

  /// `nil` for a mount that needs nothing of the host, and for a device that only the machine's builder can know.
  private static func volume(_ mount: Spec.Mount) -> ImageManifest.Volume? {
    let type: ImageManifest.Volume.Kind
    switch mount.kind {
    case .ext4 where !mount.source.hasPrefix("/"): type = .ext4
    case .ninep: type = .ninep
    default: return nil
    }
    return .init(
      source: mount.source, type: type, destination: mount.destination, readOnly: mount.options.isReadOnly)
  }
}
