import ArrowHost

/// The pieces image: one EROFS file system, made by mkfs.erofs.
enum PiecesImage {
  private static let mkfs = Tool("mkfs.erofs", package: "erofs-utils")

  /// What makes the image the same everywhere, and how it is compressed.
  private static let options = [
    // Level 9 takes 1.5 times as long and saves 0.2 %. Clusters of 4 KiB save a third of the time and add 7 %.
    "-zlz4hc,6",
    "-C16384",
    // Puts the last part of a file beside its inode: Python's many small files get a tenth smaller, and need one read
    // less.
    "-Eztailpacking",
    "-U6172726f-7700-4000-8000-000000000001",  // the same for all images: image.json tells them apart
    "--all-root",
    "-x-1",  // no extended attributes: they are the host's
    "--quiet",
  ]

  /// Makes `folder`'s pieces image of the staged `tree`, with all files dated `seconds` after 1970.
  static func make(
    of tree: String, _ pieces: PiecesFolder, dated seconds: Int, in folder: String
  ) async throws(HostError) {
    let hints = folder + "/hints"
    try Files.create(hints, contents: try CompressionHints.text(for: pieces))
    let image = "\(folder)/\(ImageManifest.piecesName)"
    // We make the file first, so that its permissions don't depend on the umask.
    try Files.create(image, contents: [])
    do {
      _ = try await mkfs.run(options + ["-T\(seconds)", "--compress-hints=\(hints)", image, tree])
    } catch {
      // Its own words for a full disk are "Numerical result out of range".
      let words = ["was truncated", "Failed to write data", "ended by signal 25"]
      guard words.contains(where: error.message.contains) else { throw error }
      throw HostError(
        error.message, hint: "no room for the image: make room on the disk and try again, or see ulimit -f")
    }
    try Files.remove(hints)
  }
}
