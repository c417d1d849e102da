import ArrowHost
import ArrowSpec
import Glibc

/// What `mkarrowimg binary add` was asked for.
public struct BinaryRequest: Sendable {
  public var pieces: String
  /// A static program, a folder with a `bin/`, or a tar archive of one.
  public var path: String
  public var name: String
  /// `nil`: what a Python says of itself.
  public var version: String?
  /// The seccomp profile; `nil`: the one of the binary, or of one that is like it.
  public var seccomp: String?

  public init(pieces: String, path: String, name: String, version: String? = nil, seccomp: String? = nil) {
    self.pieces = pieces
    self.path = path
    self.name = name
    self.version = version
    self.seccomp = seccomp
  }
}

/// Adding a runtime that was built elsewhere: THE list of its steps.
public enum BinaryAdding {
  /// Makes `PIECES/binary/NAME/vVERSION`, checked to run in a VM where nothing else is; returns its path.
  public static func add(_ request: BinaryRequest, log: BuildLog) async throws -> String {
    if let problem = problemWithName(request.name) {
      throw HostError("a binary can't be called \"\(request.name)\": the name \(problem)", kind: .input)
    }
    guard try Files.status(of: request.pieces + "/.") != nil else {
      throw HostError("there is no pieces folder \(request.pieces)", hint: "mkdir \(request.pieces)", kind: .input)
    }
    let home = "\(request.pieces)/binary/\(request.name)"
    for folder in ["\(request.pieces)/binary", home] where try Files.status(of: folder) == nil {
      try Files.makeFolder(folder)
    }
    // The version is known only when the binary is there.
    let work = try OutputFolder.begin("\(home)/.new") {
      log.step("waiting for another one that adds a \(request.name)")
    }
    defer { OutputFolder.end(work) }
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
      try ApplicationFiles.copyTree(try root(of: path, shown: path), to: tree, leavingOut: [])
      return tree
    }
    if try Files.contents(of: path, atMost: 4) == [0x7F, 0x45, 0x4C, 0x46] {
      try Files.makeFolder("\(tree)/bin")
      try Files.copy(path, to: "\(tree)/bin/\(request.name)", mode: 0o755)
      return tree
    }
    let archive = try Application.resolved(path)
    _ = try await Tool("tar", package: "tar").run(["-xf", archive, "--no-same-owner", "-C", tree])
    return try root(of: tree, shown: path)
  }

  /// The folder with `bin/`: this one, or one below that is alone there, as archives have it (`python/install`).
  private static func root(of folder: String, shown: String) throws(HostError) -> String {
    var folder = folder
    for _ in 0..<3 {
      if try Files.status(of: "\(folder)/bin/.") != nil { return folder }
      let names = try Files.names(in: folder).map { String(decoding: $0, as: UTF8.self) }
      let folders = names.filter { !$0.hasPrefix(".") && (try? Files.status(of: "\(folder)/\($0)/.")) != nil }
      guard let next = folders.first(where: { $0 == "install" }) ?? (folders.count == 1 ? folders[0] : nil) else {
        break
      }
      folder += "/\(next)"
    }
    throw HostError("\(shown) has no bin/ with programs", hint: "a binary is a folder with bin/NAME", kind: .input)
  }

  /// Refuses programs that the VM can't run: there is no loader in it, and no library.
  static func check(_ tree: String, shown: String) throws {
    var findings: [Finding] = []
    var programs = 0
    for bytes in try Files.names(in: "\(tree)/bin") {
      let name = String(decoding: bytes, as: UTF8.self)
      let path = "\(tree)/bin/\(name)"
      guard let status = try Files.status(of: path), status.st_mode & S_IFMT == S_IFREG else { continue }
      let contents = try Files.contents(of: path)
      guard contents.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else { continue }
      programs += 1
      if !ELFHeader.isForAMD64(contents) {
        findings.append(Finding("\(shown): bin/\(name) is not a program for x86-64"))
      } else if ELFHeader.needsLoader(contents) {
        findings.append(
          Finding(
            "\(shown): bin/\(name) is not statically linked",
            hint: "take a static build of it: for Python one for musl, linked with -static"))
      }
    }
    if programs == 0 { findings.append(Finding("\(shown) has no program in bin/")) }
    try InputErrors.throwIfAny(findings)
  }

  /// Every binary has a seccomp profile, so that no arrow is without one.
  static func addProfile(to tree: String, _ request: BinaryRequest, _ log: BuildLog) throws(HostError) {
    let target = "\(tree)/\(FilterChoice.fileName)"
    if request.seccomp == nil, try Files.status(of: target) != nil { return }
    var source = request.seccomp
    if source == nil { source = try likeProfile(request) }
    guard let source else {
      throw HostError("\(request.path) has no \(FilterChoice.fileName)", hint: "name one: --seccomp FILE", kind: .input)
    }
    if request.seccomp == nil { log.warn("the seccomp profile is that of \(source)") }
    try Files.remove(target)
    try Files.copy(source, to: target, mode: 0o644)
  }

  /// The profile of another version, or of Python: the newest there is.
  private static func likeProfile(_ request: BinaryRequest) throws(HostError) -> String? {
    for name in [request.name, "python"] {
      let home = "\(request.pieces)/binary/\(name)"
      guard try Files.status(of: home) != nil else { continue }
      for bytes in try Files.names(in: home).reversed() {
        let path = "\(home)/\(String(decoding: bytes, as: UTF8.self))/\(FilterChoice.fileName)"
        if bytes.first != 0x2E, try Files.status(of: path) != nil { return path }
      }
    }
    return nil
  }
}

/// What a Python gets on top of any binary.
enum AddedPython {
  /// The version that the Python in `tree` says it is; `nil` where there is none.
  static func version(_ tree: String, _ request: BinaryRequest) async throws(HostError) -> String? {
    let names = try Files.names(in: "\(tree)/bin").map { String(decoding: $0, as: UTF8.self) }
    guard names.contains("python") || names.contains("python3") else { return nil }
    // Specs say "python".
    for (name, other) in [("python", "python3"), ("python3", "python")] where !names.contains(name) {
      try Files.makeLink("\(tree)/bin/\(name)", to: other)
    }
    let outcome = try await runtime(tree, request).run(
      ["-c", "import platform; print(platform.python_version(), end='')"], in: "/")
    if outcome.isSuccess, !outcome.output.isEmpty { return outcome.output }
    throw HostError("\(request.path) does not run\(quoted(outcome.errors, by: "python"))", kind: .input)
  }

  /// Byte code for the library: the image can't be written, so without it every start would compile.
  static func compile(
    _ tree: String, _ number: String, as version: String, _ request: BinaryRequest, _ log: BuildLog
  ) async throws(HostError) {
    log.step("compiling the library of Python \(number)")
    let guestFolder = "/" + GuestContract.binaryFolder(name: request.name, version: version)
    try await ByteCode.compileLibrary(of: try runtime(tree, request), as: guestFolder)
  }

  private static func runtime(_ tree: String, _ request: BinaryRequest) throws(HostError) -> PythonRuntime {
    PythonRuntime(name: request.name, version: "", folder: try Application.resolved(tree))
  }
}
