import ArrowHost

/// The lock file: every package of the environment with its version and hash, in the form of a requirements file.
struct Lock {
  /// Where it lies, beside the application.
  var path: String
  var text: String
  /// `NAME==VERSION`, or where it is: an address, a path from the code's folder.
  var packages: [String]

  /// The lines with a hash, and those of a repository's commit.
  var hashed: [String]
  var checkouts: [String]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    let lines = text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    hashed = lines.filter { $0.contains(" --hash=") }
    checkouts = lines.filter { !$0.contains(" --hash=") }
    packages = lines.map { $0.split(separator: " --hash=")[0] }.map(String.init)
  }

  /// The lock for what is declared: the one that is there if it fits, or a new one. `nil` where nothing is required.
  /// From here on it is known which Python the arrow runs on.
  static func make(_ declaration: Declaration, _ request: AddRequest, _ work: inout Workplace) async throws -> Lock? {
    let wanted = try work.wantedLinkage(request)
    guard declaration.hasDependencies else {
      work.linkage = wanted ?? .builtIn
      return nil
    }
    let path = work.application.lockPath
    let old = try Files.status(of: path) == nil ? nil : String(decoding: Files.contents(of: path), as: UTF8.self)
    let oldLock = old.map { Lock(path: path, text: $0) }
    for linkage in wanted.map({ [$0] }) ?? [.builtIn, .loaded] {
      work.linkage = linkage
      guard request.lockUse != .renew, let oldLock, oldLock.text.hasPrefix(header(declaration, work)) else { continue }
      if wanted == nil { work.reason = "\(path) says so" }
      return oldLock
    }
    if request.lockUse == .require {
      throw HostError(
        old == nil ? "there is no \(path)" : "\(path) is of other requirements, or of another Python",
        hint: "mkarrowimg add without --locked writes it", kind: .input)
    }
    work.log.step("resolving what \(work.application.name) requires")
    let pins = request.lockUse == .renew || declaration.hasHashes ? [] : oldLock?.packages.filter(\.isPin)
    return try await LinkageChoice.lock(declaration, keeping: pins ?? [], wanted, &work)
  }

  /// A new one of what pip has resolved.
  static func make(_ resolution: Resolution, _ declaration: Declaration, _ work: Workplace) throws -> Lock {
    let lines = try resolution.lines(for: work.application)
    return Lock(
      path: work.application.lockPath, text: header(declaration, work) + lines.map { $0 + "\n" }.joined())
  }

  private static func header(_ declaration: Declaration, _ work: Workplace) -> String {
    let name = work.linkage == .loaded ? PythonRuntime.dynamicName : work.python.name
    return """
      # Made by mkarrowimg add: exactly what it installs. Keep it with the code; pip reads it, too.
      # For \(name) \(work.python.short), requirements \(declaration.fingerprint).

      """
  }

  static let fileName = "arrow.lock"

  /// A copy in the arrow, which says what is in its image.
  func write(into folder: String) throws(HostError) {
    try Files.create("\(folder)/\(Self.fileName)", contents: Array(text.utf8))
  }

  /// Writes the file, unless it says so already; whether it had to.
  func write() throws(HostError) -> Bool {
    if try Files.status(of: path) != nil, try Files.contents(of: path) == Array(text.utf8) { return false }
    try WholeFile.write(Array(text.utf8), to: path)
    return true
  }
}

extension String {
  /// `NAME==VERSION`
  fileprivate var isPin: Bool { contains("==") && !contains("/") }
}
