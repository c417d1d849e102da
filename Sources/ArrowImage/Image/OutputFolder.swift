import ArrowHost
import Glibc

/// What the image folder that is to be made may replace.
enum OutputFolder {
  /// Refuses an output that is there and is not an image, or that lies in the pieces.
  static func check(_ output: String, outside pieces: String) throws(HostError) {
    let (parent, _) = Files.split(output)
    guard let parentPath = Files.realPath(parent) else {
      throw HostError("cannot write \(output): there is no folder \(parent)", hint: "make it: mkdir -p \(parent)")
    }
    if let piecesPath = Files.realPath(pieces), parentPath == piecesPath || parentPath.hasPrefix(piecesPath + "/") {
      throw HostError(
        "the output \(output) lies in the pieces folder \(pieces)", hint: "give -o a folder beside the pieces")
    }
    guard let status = try Files.status(of: output) else { return }
    let what: String
    switch status.st_mode & S_IFMT {
    case S_IFLNK: what = "is a symbolic link"
    case S_IFDIR:
      let names = try Files.names(in: output).map { String(decoding: $0, as: UTF8.self) }
      let foreign = names.first { !ImageManifest.fileNames.contains($0) }
      if foreign == nil && (names.isEmpty || names.contains(ImageManifest.fileName)) { return }
      what = foreign.map { "holds more than an Arrow image: \($0)" } ?? "is a folder that is not an Arrow image"
    default: what = "is a file"
    }
    throw HostError(
      "the output \(output) \(what); it is left as it is", hint: "remove it, or give -o another name")
  }
}
