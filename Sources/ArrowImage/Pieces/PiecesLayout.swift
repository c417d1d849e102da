import ArrowHost
import ArrowSpec

// What has its place where in the pieces.

extension PiecesFolder {
  private static let topFolders = [GuestContract.binaries, GuestContract.metas, GuestContract.share]

  mutating func checkLayout() {
    for name in order where name.folder == "" && !Self.topFolders.contains(where: { BytePath($0) == name }) {
      refuse(
        name, "has no place in the pieces",
        hint: nearMiss("\(name)", among: Self.topFolders).map { "did you mean \"\($0)\"?" }
          ?? "the pieces are binary/, meta/ and share/; files of an application go into meta/ARROW/")
    }
    let top = Self.topFolders.filter { entries[BytePath($0)] != nil }
    let named = binaries.map { GuestContract.binaryFolder(name: $0) }
    let versions = binaries.flatMap { name in
      self.versions(of: name).map { GuestContract.binaryFolder(name: name, version: $0) }
    }
    for folder in (top + named + versions + arrows.map(GuestContract.metaFolder)).map({ BytePath($0) })
    where entries[folder] != .folder {
      refuse(folder, "must be a folder")
    }
    if arrows.isEmpty {
      findings.append(Finding("\(path) has no arrow", hint: "an arrow is a folder meta/NAME with an arrow_spec.json"))
    }
  }
}
