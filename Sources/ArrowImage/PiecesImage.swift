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
    "-T315619200",  // 2 January 1980: a ZIP archive of older files can't be made, wherever on earth
    "-U6172726f-7700-4000-8000-000000000001",  // the same for all: what an image is, image.json says
    "--all-root",
    "-x-1",  // no extended attributes: they are the host's
    "--quiet",
  ]

  /// Makes `folder`'s pieces image of the staged `tree`.
  static func make(of tree: String, _ pieces: PiecesFolder, in folder: String) async throws(HostError) {
    let hints = folder + "/hints"
    try Files.create(hints, contents: Array(try CompressionHints.text(for: pieces).utf8))
    let image = "\(folder)/\(ImageManifest.piecesName)"
    // The file is there first, so that its permissions are ours and not the umask's.
    try Files.create(image, contents: [])
    _ = try await mkfs.run(options + ["--compress-hints=\(hints)", image, tree])
    try Files.remove(hints)
  }
}
