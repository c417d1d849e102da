import ArrowHost
import ArrowSpec
import Glibc

/// The date of all files of a pieces image. Programs that serve files tell by it whether a page is another one
/// (Last-Modified, ETag), so it moves when the contents do.
enum FileDate {
  /// What ZIP archives can hold in UTC, from 1980 to 2107, in seconds since 1970.
  static let range = 315_532_800...4_354_819_199

  /// SOURCE_DATE_EPOCH, the date that the user wants; `nil` where it is not set.
  static func wanted() throws(HostError) -> Int? {
    guard let value = getenv("SOURCE_DATE_EPOCH") else { return nil }
    let text = String(cString: value)
    if let seconds = Int(text), text.utf8.allSatisfy(isASCIIDigit), range.contains(seconds) {
      return seconds
    }
    throw HostError(
      "SOURCE_DATE_EPOCH is \"\(text)\", and not a number of seconds from \(range.lowerBound) to \(range.upperBound)",
      hint: "files can be dated 1980 to 2107, as in ZIP archives; unset SOURCE_DATE_EPOCH for a date of our own")
  }

  /// The date of `contents`: the one that is wanted; that of the image they replace if it has the same; else one made
  /// from them, or a later one where the replaced image has that or a later one.
  static func choose(
    _ wanted: Int?, for contents: String, replacing old: ImageManifest.Dating?
  ) throws(HostError) -> ImageManifest.Dating {
    var seconds = wanted ?? made(from: contents)
    if wanted == nil, let old, range.contains(old.seconds) {
      // ZIP counts in steps of 2 seconds.
      seconds = old.contents == contents ? old.seconds : max(seconds, (old.seconds | 1) + 1)
    }
    guard range.contains(seconds) else {
      throw HostError(
        "the image that is replaced has the latest date there is", hint: "remove it, or set SOURCE_DATE_EPOCH")
    }
    return ImageManifest.Dating(seconds: seconds, contents: contents)
  }

  /// From 2 January 1980, which a ZIP archive can hold in any time zone, to 2014.
  private static func made(from contents: String) -> Int {
    315_619_200 + 4 * (Int(contents.prefix(7), radix: 16) ?? 0)
  }

  /// SHA-256 of all names, permissions, links and contents in a folder, by way of a tar archive.
  static func hash(of tree: String) async throws(HostError) -> String {
    let tar =
      "tar --create --file=- --format=gnu --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --hard-dereference"
      + " --warning=no-file-changed ."
    // tar's 1: a file "changed" while it was read. Another build has made or removed a hard link to it.
    let script = "{ \(tar) || [ $? -eq 1 ]; } | sha256sum"
    let sum = try await Tool("bash", package: "bash").run(["-o", "pipefail", "-c", script], folder: tree)
    return String(sum.prefix(64))
  }
}
