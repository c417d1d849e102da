import ArrowHost
import ArrowSpec

// Symbolic links in the pieces. In the guest the pieces are the root, so links are followed as if they were the root
// here.

extension PiecesFolder {
  /// Where a path in the guest leads.
  enum Destination: Equatable {
    /// The entry at the end of all links, and its path.
    case entry(BytePath, Entry)
    /// Into a folder that is filled only in the guest: `/dev/stdout`, `/tmp/cache`.
    case guestOnly
    case missing
    /// Above the root of the pieces.
    case outside
    case loop
  }

  /// The folders that mkarrowimg or arrow-init fills.
  static let guestFolders = GuestContract.mountPoints + ["etc"]

  /// As many links as Linux follows (path_resolution(7)).
  private static let maximumLinks = 40

  /// Follows `target` from the folder `folder` (relative to the pieces, `""` for their root).
  func resolve(_ target: BytePath, from folder: BytePath = "") -> Destination {
    var left = Self.components(target)
    var walked = target.isAbsolute ? [] : Self.components(folder)
    var links = 0
    while !left.isEmpty {
      let component = left.removeFirst()
      if component == ".." {
        if walked.isEmpty { return .outside }
        walked.removeLast()
        continue
      }
      walked.append(component)
      if Self.guestFolders.contains(where: { BytePath($0) == walked[0] }) { return .guestOnly }
      switch entries[Self.joined(walked)] {
      case nil: return .missing
      case .file where !left.isEmpty: return .missing
      case .file, .folder: continue
      case .link(let target):
        links += 1
        if links > Self.maximumLinks { return .loop }
        walked = target.isAbsolute ? [] : walked.dropLast()
        left = Self.components(target) + left
      }
    }
    let path = Self.joined(walked)
    return .entry(path, entries[path] ?? .folder)
  }

  /// A path of a spec.
  func resolve(_ path: String) -> Destination { resolve(BytePath(path)) }

  private static func components(_ path: BytePath) -> [BytePath] { path.components.filter { $0 != "." } }
  private static func joined(_ components: [BytePath]) -> BytePath { components.reduce("", /) }

  mutating func checkLinks() {
    for relative in order {
      guard case .link(let target) = entries[relative] else { continue }
      switch resolve(target, from: relative.folder) {
      case .entry, .guestOnly: continue
      case .loop: refuse(relative, "is a link in a loop: \(target)")
      case .outside:
        refuse(relative, "is a link out of the pieces: \(target)", hint: "copy what it leads to into the pieces")
      case .missing where !target.isAbsolute:
        warnings.append("\(hostPath(relative)) is a link to \(target), which is not there")
      case .missing:
        refuse(
          relative, "is a link to \(target), which the pieces don't have",
          hint: "a link is followed in the image, where the pieces are the root")
      }
    }
  }
}

extension BytePath {
  fileprivate var isAbsolute: Bool { bytes.first == UInt8(ascii: "/") }
}
