import ArrowHost
import ArrowSpec
import Glibc

/// The linked Pythons in the pieces. Those that no arrow runs on any more are removed.
enum LinkedPythons {
  /// Waits until no other process installs or removes any.
  static func turn(beside python: PythonRuntime) throws(HostError) -> WholeFolder {
    try WholeFolder(beside: "\(python.binaries)/.linked")
  }

  /// Removes those that no arrow's environment leads to, and what a run that was broken off has left. It must be our
  /// turn.
  static func removeUnused(beside python: PythonRuntime) throws(HostError) {
    let binaries = python.binaries
    let pieces = Files.split(binaries).folder
    var used: Set<String> = []
    for arrow in try Files.textNames(in: "\(pieces)/\(GuestContract.metas)") {
      let link = "\(pieces)/\(GuestContract.commandsFolder(arrow))/python"
      guard let status = try Files.status(of: link), status.st_mode & S_IFMT == S_IFLNK else { continue }
      used.formUnion(try Files.linkTarget(of: link).components.compactMap(\.text))
    }
    for name in try Files.textNames(in: binaries) {
      let isLeft = name.hasPrefix(".") && isLinked(String(name.dropFirst().prefix { $0 != "." }))
      if isLeft || isLinked(name) && !used.contains(name) { try Files.remove("\(binaries)/\(name)") }
    }
  }

  private static func isLinked(_ name: String) -> Bool {
    let digits = name.drop { $0 != "-" }.dropFirst()
    return name.hasPrefix(PythonRuntime.staticName + "-") && digits.utf8.count == 16 && digits.allSatisfy(\.isHexDigit)
  }
}
