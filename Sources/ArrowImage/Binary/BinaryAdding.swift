import ArrowHost
import ArrowSpec

/// Adding a runtime that was built elsewhere: THE list of its steps.
public enum BinaryAdding {
  /// Makes `PIECES/binary/NAME/vVERSION`, whose programs need nothing else in a VM; returns its path.
  public static func add(_ request: BinaryRequest, log: BuildLog) async throws -> String {
    if let problem = problemWithName(request.name) {
      throw HostError("a binary can't be called \"\(request.name)\": the name \(problem)", kind: .input)
    }
    guard try Files.status(of: request.pieces + "/.") != nil else {
      throw HostError("there is no pieces folder \(request.pieces)", hint: "mkdir \(request.pieces)", kind: .input)
    }
    let binaries = "\(request.pieces)/\(GuestContract.binaries)"
    let home = "\(binaries)/\(request.name)"
    for folder in [binaries, home] where try Files.status(of: folder) == nil {
      try Files.makeFolder(folder)
    }
    // The version is known only when the binary is there.
    let work = try UnfinishedFolder.begin("\(home)/.new") {
      log.step("waiting for another one that adds a \(request.name)")
    }
    defer { UnfinishedFolder.end(work) }
    log.step("looking at \(request.path)")
    let tree = try await BinarySource.unpack(request, in: work.path)
    try BinarySource.check(tree, shown: request.path)

    let python = try await AddedPython.version(tree, request)
    guard let number = request.version ?? python else {
      throw HostError("which version \(request.path) is, it does not say", hint: "say it: --version VERSION")
    }
    let version = number.hasPrefix("v") ? number : "v" + number
    if let problem = problemWithName(version) {
      throw HostError("a version can't be called \"\(version)\": the name \(problem)", kind: .input)
    }
    let target = "\(home)/\(version)"
    if try Files.status(of: target) != nil {
      throw HostError("\(target) is there already; it is left as it is", hint: "remove it first", kind: .input)
    }
    try BinarySource.addProfile(to: tree, request, log)
    if let python { try await AddedPython.compile(tree, python, as: version, request, log) }
    try Files.rename(tree, to: target)
    return target
  }
}
