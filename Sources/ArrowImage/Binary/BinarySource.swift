import ArrowHost
import ArrowSpec
import Glibc

/// Where a binary comes from.
enum BinarySource {
  /// The binary's tree, in `folder`.
  static func unpack(_ request: BinaryRequest, in folder: String) async throws(HostError) -> String {
    let path = request.path
    guard let status = try Files.followed(path) else {
      throw HostError("there is no \(path)", kind: .input)
    }
    let tree = "\(folder)/tree"
    try Files.makeFolder(tree)
    if status.st_mode & S_IFMT == S_IFDIR {
      try Files.copyTree(BytePath(try root(of: path, shown: path)), to: BytePath(tree))
      return tree
    }
    if ELFHeader.isELF(try Files.contents(of: path, atMost: 4)) {
      try Files.makeFolder("\(tree)/bin")
      try Files.copy(path, to: "\(tree)/bin/\(request.name)", mode: 0o755)
      return tree
    }
    let archive = try Files.resolved(path)
    _ = try await Tool("tar", package: "tar").run(["-xf", archive, "--no-same-owner", "-C", tree])
    return try root(of: tree, shown: path)
  }

  /// The folder with `bin/`: this one, or the only one in it, as archives have it (`python/install`).
  private static func root(of folder: String, shown: String) throws(HostError) -> String {
    var folder = folder
    for _ in 0..<3 {
      if try Files.status(of: "\(folder)/bin/.") != nil { return folder }
      let folders = try Files.textNames(in: folder).filter {
        !$0.hasPrefix(".") && (try? Files.status(of: "\(folder)/\($0)/.")) != nil
      }
      guard let next = folders.first(where: { $0 == "install" }) ?? (folders.count == 1 ? folders[0] : nil) else {
        break
      }
      folder += "/\(next)"
    }
    throw HostError("\(shown) has no bin/ with programs", hint: "a binary is a folder with bin/NAME", kind: .input)
  }

  /// Refuses programs that the VM can't run. It has no loader and no libraries.
  static func check(_ tree: String, shown: String) throws {
    var findings: [Finding] = []
    var programs = 0
    for name in try Files.textNames(in: "\(tree)/bin") {
      let path = "\(tree)/bin/\(name)"
      guard let status = try Files.status(of: path), status.st_mode & S_IFMT == S_IFREG else { continue }
      let contents = try Files.contents(of: path)
      guard ELFHeader.isELF(contents) else { continue }
      programs += 1
      let header = ELFHeader(contents)
      if header?.isFor(.target) != true {
        findings.append(Finding("\(shown): bin/\(name) is not a program for \(TargetMachine.target.name)"))
      } else if header?.needsLoader == true {
        findings.append(
          Finding(
            "\(shown): bin/\(name) is not statically linked",
            hint: "take a static build of it: for Python one for musl, linked with -static"))
      }
    }
    if programs == 0 { findings.append(Finding("\(shown) has no program in bin/")) }
    try InputErrors.throwIfAny(findings)
  }

  /// Makes sure that the binary has a seccomp profile, so that no arrow is without one.
  static func addProfile(to tree: String, _ request: BinaryRequest, _ log: BuildLog) throws(HostError) {
    let target = "\(tree)/\(GuestContract.seccompProfile)"
    if request.seccomp == nil, try Files.status(of: target) != nil { return }
    var source = request.seccomp
    if source == nil { source = try likeProfile(request) }
    guard let source else {
      throw HostError(
        "\(request.path) has no \(GuestContract.seccompProfile)", hint: "name one: --seccomp FILE", kind: .input)
    }
    if request.seccomp == nil { log.warn("the seccomp profile is that of \(source)") }
    try Files.remove(target)
    try Files.copy(source, to: target, mode: 0o644)
  }

  /// The profile of another version, or of Python: the newest there is.
  private static func likeProfile(_ request: BinaryRequest) throws(HostError) -> String? {
    for name in [request.name, PythonRuntime.staticName] {
      let home = "\(request.pieces)/\(GuestContract.binaryFolder(name: name))"
      guard try Files.status(of: home) != nil else { continue }
      for version in try Files.textNames(in: home).reversed() where !version.hasPrefix(".") {
        let path = "\(home)/\(version)/\(GuestContract.seccompProfile)"
        if try Files.status(of: path) != nil { return path }
      }
    }
    return nil
  }
}
