import ArrowHost
import Glibc

/// The list of an environment's files with their sizes, by which an entry of the cache is seen to be whole.
enum Inventory {
  static func write(_ folder: String, to file: String) throws(HostError) {
    try Files.create(file, contents: Array(try lines(folder).joined(separator: "\n").utf8))
  }

  /// Whether the folder holds what the file lists, and nothing else.
  static func holds(_ folder: String, _ file: String) throws(HostError) -> Bool {
    guard try Files.status(of: file) != nil, try Files.status(of: folder) != nil else { return false }
    return Array(try lines(folder).joined(separator: "\n").utf8) == (try Files.contents(of: file))
  }

  private static func lines(_ root: String, below folder: String = "") throws(HostError) -> [String] {
    var lines: [String] = []
    for name in try Files.textNames(in: "\(root)/\(folder)") {
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      guard let status = try Files.status(of: "\(root)/\(path)") else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        lines += try self.lines(root, below: path)
      } else {
        lines.append("\(status.st_size) \(path)")
      }
    }
    return lines
  }
}
