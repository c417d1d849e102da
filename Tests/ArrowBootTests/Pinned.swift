import Foundation
import Testing

/// Compares a text with `expected/NAME.txt`: what the boot did when somebody last checked it.
///
/// After an intended change, `ARROW_ACCEPT=1 swift test --filter ArrowBootTests` writes the files again. git then shows
/// what has changed in what the machine does.
func expectPinned(_ name: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let folder = URL(filePath: #filePath).deletingLastPathComponent()
  let file = folder.appending(path: "expected/\(name).txt")
  if ProcessInfo.processInfo.environment["ARROW_ACCEPT"] == "1" {
    return try Data((text + "\n").utf8).write(to: file)
  }
  let pinned = String(decoding: try Data(contentsOf: file), as: UTF8.self)
  let differences = differences(from: pinned.split(separator: "\n"), to: text.split(separator: "\n"))
  if !differences.isEmpty {
    Issue.record("\(name).txt differs:\n\(differences)", sourceLocation: sourceLocation)
  }
}

/// Lines that are gone and lines that are new, as diff(1) marks them.
private func differences(from old: [Substring], to new: [Substring]) -> String {
  new.difference(from: old).map { change in
    switch change {
    case .remove(let line, let text, _): "-\(line + 1): \(text)"
    case .insert(let line, let text, _): "+\(line + 1): \(text)"
    }
  }.joined(separator: "\n")
}
