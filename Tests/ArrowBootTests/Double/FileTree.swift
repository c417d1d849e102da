import ArrowBoot

/// Files in memory, by their whole paths. Links are followed as the kernel follows them.
struct FileTree {
  struct Node {
    var mode: UInt32
    var bytes: [UInt8] = []
    /// The target of a symbolic link.
    var target = ""

    var isFolder: Bool { mode & 0o170000 == 0o040000 }
    var isLink: Bool { mode & 0o170000 == 0o120000 }
    /// Whether bytes stream through it; they are not stored.
    var isStream: Bool { mode & 0o170000 == 0o020000 }

    static let folder = Node(mode: 0o040755)
    static let stream = Node(mode: 0o020600)
    static func file(_ bytes: [UInt8], mode: UInt32 = 0o644) -> Node { Node(mode: 0o100000 | mode, bytes: bytes) }
    static func file(_ text: String, mode: UInt32 = 0o644) -> Node { file(Array(text.utf8), mode: mode) }
    static func link(_ target: String) -> Node { Node(mode: 0o120777, target: target) }
    static func disk(_ bytes: [UInt8]) -> Node { Node(mode: 0o060600, bytes: bytes) }
  }

  private var nodes: [String: Node] = ["": .folder]

  init(_ nodes: [String: Node] = [:]) {
    for (path, node) in nodes { self[path] = node }
  }

  /// The node at a real path (``resolve(_:root:followsLast:)``). Setting one makes the folders above it.
  subscript(path: String) -> Node? {
    get { nodes[Self.trimmed(path)] }
    set {
      let path = Self.trimmed(path)
      nodes[path] = newValue
      guard newValue != nil, !path.isEmpty else { return }
      let parent = Self.parent(of: path)
      if nodes[parent] == nil { self[parent] = .folder }
    }
  }

  /// The names in a folder, sorted, so that every run is the same.
  func names(in folder: String) -> [String] {
    let folder = Self.trimmed(folder)
    return nodes.keys.filter { !$0.isEmpty && Self.parent(of: $0) == folder }.map { Self.name(of: $0) }.sorted()
  }

  /// The part below a folder, as a separate tree.
  func subtree(_ folder: String) -> FileTree {
    var tree = FileTree()
    let folder = Self.trimmed(folder)
    for (path, node) in nodes where path == folder || path.hasPrefix(folder + "/") {
      tree.nodes[String(path.dropFirst(folder.count))] = node
    }
    return tree
  }

  /// Does what a mount does: the target shows the other tree and hides what was below it.
  mutating func mount(_ tree: FileTree, on target: String) {
    let target = Self.trimmed(target)
    nodes = nodes.filter { !$0.key.hasPrefix(target + "/") }
    for (path, node) in tree.nodes { nodes[target + path] = node }
  }

  /// The real path of `path` for a process whose root is `root`.
  func resolve(_ path: String, root: String, followsLast: Bool = true) throws(Errno) -> String {
    var rest = path.split(separator: "/").map(String.init)
    var real: [String] = []
    var links = 0
    while let component = rest.first {
      rest.removeFirst()
      if component == "." { continue }
      if component == ".." {
        _ = real.popLast()
        continue
      }
      let here = Self.joined(root, real + [component])
      guard let node = nodes[here] else {
        // The last component may be missing: the caller may make it.
        if rest.isEmpty, nodes[Self.joined(root, real)]?.isFolder == true { return here }
        throw .noEntry
      }
      if node.isLink, followsLast || !rest.isEmpty {
        links += 1
        if links > 40 { throw Errno(40) }
        if node.target.hasPrefix("/") { real = [] }
        rest = node.target.split(separator: "/").map(String.init) + rest
      } else {
        if !node.isFolder, !rest.isEmpty { throw .notFolder }
        real.append(component)
      }
    }
    return Self.joined(root, real)
  }

  private static func joined(_ root: String, _ components: [String]) -> String {
    components.reduce(trimmed(root)) { "\($0)/\($1)" }
  }
  private static func trimmed(_ path: String) -> String { path.hasSuffix("/") ? String(path.dropLast()) : path }
  private static func parent(of path: String) -> String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "" }
  private static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? "" }
}
