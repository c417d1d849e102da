import ArrowHost
import ArrowSpec
import Glibc

/// The pieces as they lie on the host: what is in the folder, and nothing of what is outside.
///
///     binary/NAME/VERSION/…   Arrow Binaries
///     meta/ARROW/…            the arrows, each with its arrow_spec.json
///     share/…                 what all of them share: time zones, certificates; may be missing
///
/// On the levels that have a meaning (top, NAME, VERSION, ARROW), names that begin with a dot are passed over, so that
/// a `.gitignore` does no harm. Below them everything is taken.
struct PiecesFolder {
  enum Entry: Equatable {
    case folder
    case file(File)
    case link(target: BytePath)
  }

  struct File: Equatable {
    /// In bytes.
    var size: Int
    var isExecutable: Bool
    /// Whether the file has the image's permissions already, and is not here under another name too.
    var isAsInImage: Bool

    /// What the image gives it.
    var mode: mode_t { isExecutable ? 0o755 : 0o644 }

    init(_ status: stat, isFirstName: Bool) {
      size = Int(status.st_size)
      isExecutable = status.st_mode & S_IXUSR != 0
      isAsInImage = false
      isAsInImage = isFirstName && status.st_mode & 0o7777 == mode
    }
  }

  /// The folder's path as the user wrote it.
  let path: String
  /// By path relative to the pieces, which is the path in the task's root as well.
  private(set) var entries: [BytePath: Entry] = [:]
  /// The keys of `entries`: parents first, siblings in the order of their bytes.
  private(set) var order: [BytePath] = []
  /// What is taken all the same, but not as it is.
  var warnings: [String] = []
  /// Why the folder can't become an image.
  var findings: [Finding] = []

  /// No entries yet.
  init(emptyAt path: String) { self.path = path }

  /// The names of the arrows.
  var arrows: [String] { names(in: GuestContract.metas) }

  /// The names of the binaries.
  var binaries: [String] { names(in: GuestContract.binaries) }

  /// The versions of the binary `name`, as their folders are named.
  func versions(of name: String) -> [String] { names(in: GuestContract.binaryFolder(name: name)) }

  /// The names in a folder of the pieces, in the order of their bytes, without those that are no UTF-8.
  func names(in folder: String) -> [String] {
    let folder = BytePath(folder)
    return order.filter { $0.isBelow(folder) && $0.folder == folder }.compactMap { $0.name.text }
  }

  /// Where `relative` is on the host.
  func hostPath(_ relative: BytePath) -> BytePath { BytePath(path) / relative }
  func hostPath(_ relative: String) -> String { path + "/" + relative }

  /// The bytes of all files below `folder`.
  func size(of folder: String) -> Int {
    let folder = BytePath(folder)
    return entries.reduce(0) { sum, item in
      guard item.key.isBelow(folder), case .file(let file) = item.value else { return sum }
      return sum + file.size
    }
  }

  mutating func append(_ relative: BytePath, _ entry: Entry) {
    entries[relative] = entry
    order.append(relative)
  }

  /// Takes out the folders, all that is in them, and each folder above that then holds nothing.
  mutating func leaveOut(_ folders: [BytePath]) {
    let isOut = { path in folders.contains { path == $0 || path.isBelow($0) } }
    order.removeAll(where: isOut)
    for path in entries.keys.filter(isOut) { entries[path] = nil }
    for parent in Set(folders.map(\.folder))
    where entries[parent] != nil && !order.contains(where: { $0.isBelow(parent) }) {
      leaveOut([parent])
    }
  }

  mutating func refuse(_ relative: BytePath, _ reason: String, hint: String? = nil) {
    findings.append(Finding("\(hostPath(relative)) \(reason)", hint: hint))
  }
}
