import ArrowHost

/// The pieces image: one EROFS file system, made by mkfs.erofs.
enum PiecesImage {
  private static let mkfs = Tool("mkfs.erofs", package: "erofs-utils")

  /// What makes the image the same everywhere, and how it is compressed.
  private static let options = [
    // Level 9 takes half as long again for 0.2 % less; clusters of 4 KiB take a third less time for 7 % more.
    "-zlz4hc,6",
    "-C16384",
    // The last part of a file beside its inode: the many small files of Python are a tenth smaller, and one read less.
    "-Eztailpacking",
    "-T0",
    "-U6172726f-7700-4000-8000-000000000001",  // the same for all: what an image is, image.json says
    "--all-root",
    "-x-1",  // no extended attributes: they are the host's
    "--quiet",
  ]

  static func make(of tree: String, in folder: String) async throws(HostError) {
    _ = try await mkfs.run(options + ["\(folder)/\(ImageManifest.piecesName)", tree])
  }
}
