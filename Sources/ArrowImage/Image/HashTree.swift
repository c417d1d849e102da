import ArrowHost
import ArrowSpec

/// dm-verity's hash tree, which veritysetup appends to the pieces, on the same disk.
enum HashTree {
  private static let veritysetup = Tool("veritysetup", package: "cryptsetup-bin")
  private static let blockSize = 4096

  /// Adds the tree to `folder`'s pieces image and returns the root hash in hexadecimal digits.
  static func add(in folder: String) async throws(HostError) -> String {
    let image = "\(folder)/\(ImageManifest.piecesName)"
    guard let pieces = try await FileHashes.describe([ImageManifest.piecesName], in: folder).first,
      pieces.size > 0, pieces.size % blockSize == 0
    else { throw HostError("mkfs.erofs made an image that is not whole blocks of \(blockSize) bytes") }
    // Salt and UUID are made from the contents: the same pieces have the same tree, and other pieces share no hash with
    // it.
    let output = try await veritysetup.run([
      "format", image, image, "--data-blocks=\(pieces.size / blockSize)", "--hash-offset=\(pieces.size)",
      "--data-block-size=\(blockSize)", "--hash-block-size=\(blockSize)", "--hash=sha256", "--salt=\(pieces.sha256)",
      "--uuid=\(uuid(of: pieces.sha256))",
    ])
    let line = output.split(separator: "\n").first { $0.hasPrefix("Root hash:") }
    guard let rootHash = line?.split(separator: " ").last?.filter({ !$0.isWhitespace }), rootHash.count == 64 else {
      throw HostError("veritysetup says no root hash:\n\(output)")
    }
    return rootHash
  }

  /// The digits' first 122 bits as a UUID of RFC 9562's version 8, whose bits the maker chooses.
  private static func uuid(of digits: String) -> String {
    var text = ""
    for (index, digit) in digits.prefix(32).enumerated() {
      if [8, 12, 16, 20].contains(index) { text += "-" }
      text.append(index == 12 || index == 16 ? "8" : digit)
    }
    return text
  }
}
