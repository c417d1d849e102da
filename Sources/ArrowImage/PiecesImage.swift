import ArrowHost

/// The pieces image: one EROFS file system, made by mkfs.erofs.
enum PiecesImage {
  private static let mkfs = Tool("mkfs.erofs", package: "erofs-utils")

  /// What makes the image the same everywhere, and how it is compressed.
  private static let options = [
    "-zlz4hc,9",
    "-C16384",
    "-Eztailpacking",
    "-T0",
    "-U6172726f-7700-4000-8000-000000000001",  // every image has this UUID
    "--all-root",
    "-x-1",  // no extended attributes: they are the host's
    "--quiet",
  ]

  static func make(of tree: String, in folder: String) async throws(HostError) {
    _ = try await mkfs.run(options + ["\(folder)/\(ImageManifest.piecesName)", tree])
  }
}
