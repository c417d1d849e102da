import ArrowHost
import FoundationEssentials
import Glibc

/// Where pip is, and how it is started: pinned by image/pip, and run by the Python of the pieces.
struct PipHome {
  /// Holds the package `pip`.
  var folder: String

  static func find(_ folder: String?) throws(HostError) -> PipHome {
    let candidates = folder.map { [$0] } ?? GuestPart.homes().map { "\($0)/pip" }
    for candidate in candidates where try Files.status(of: "\(candidate)/pip/__main__.py") != nil {
      return PipHome(folder: try Application.resolved(candidate))
    }
    throw HostError(
      "there is no pip: looked for \(candidates.joined(separator: " and "))",
      hint: "make image brings it; or name a folder with the package pip: --pip FOLDER")
  }

  /// One of our own programs, which import what pip is made of.
  func run(
    _ code: [UInt8], _ arguments: [String], with python: PythonRuntime, in folder: String
  ) async throws(HostError) -> Outcome {
    try await python.run(
      ["-c", String(decoding: code, as: UTF8.self)] + arguments, in: folder, adding: ["PYTHONPATH": self.folder])
  }

  /// pip itself, with what packages are built with.
  func pip(
    _ arguments: [String], takingWheels libraries: WheelLibraries = .none, adding variables: [String: String] = [:],
    in folder: String, _ work: Workplace
  ) async throws(HostError) -> Outcome {
    var environment = PackageSources.environment
    // A wheel that pip has built of sources is kept for those who build with the same.
    var cache = "\(CacheFolder.path)/pip"
    if let toolchain = work.toolchain {
      environment.merge(toolchain.environment(for: work.linkage)) { $1 }
      cache += "-\(work.toolchainKey)-\(work.linkage.rawValue)"
    }
    environment.merge(variables) { $1 }
    environment["PYTHONPATH"] = self.folder
    environment.merge(LocalProjects.environment(work)) { $1 }
    // What it leaves when it is killed goes with the rest.
    let temporary = "\(work.folder)/temporary"
    if try Files.status(of: temporary) == nil { try Files.makeFolder(temporary) }
    environment["TMPDIR"] = temporary
    let program = ["-c", String(decoding: PackageResources.pip_py, as: UTF8.self)]
    let words = arguments + work.sources.options + ["--cache-dir", cache]
    let outcome = try await work.python.run(
      program + [libraries.rawValue] + words, in: folder, adding: environment)
    // A tool that builds may have C code itself: cffi.
    guard !outcome.isSuccess, outcome.errors.contains("a static program cannot load shared objects"),
      let loading = try work.python.loading(in: "\(work.folder)/loading-python")
    else { return outcome }
    return try await loading.run(
      program + ["\(libraries.rawValue),tools"] + words, in: folder, adding: environment)
  }
}

/// Wheels with shared libraries in them that pip takes as if the Python could load them.
enum WheelLibraries: String {
  case none = ""
  case musl
  /// What no Python of ours can load, but a message can name.
  case muslAndGlibc = "musl,glibc"
}

/// Where packages come from.
struct PackageSources {
  var findLinks: [String]
  var noIndex: Bool

  init(_ request: AddRequest) throws(HostError) {
    // pip works in another folder than the user.
    findLinks = try request.findLinks.map { link throws(HostError) in
      if link.contains("://") { return link }
      guard try Files.status(of: link) != nil else {
        throw HostError("there is no wheel folder \(link)", kind: .input)
      }
      return try Application.resolved(link)
    }
    noIndex = request.noIndex
  }

  /// A requirements file with what the application's own says of it; not on the command line, where others could see it.
  var declared: String?

  mutating func declare(_ options: [String], in folder: String) throws(HostError) {
    if options.isEmpty { return }
    declared = "\(folder)/options.txt"
    try Files.create("\(folder)/options.txt", contents: Array(options.joined(separator: "\n").utf8), mode: 0o600)
  }

  var options: [String] {
    findLinks.flatMap { ["--find-links", $0] } + (noIndex ? ["--no-index"] : [])
      + (declared.map { ["--requirement", $0] } ?? [])
  }

  /// What a user's pip.conf may say, and must not reach us.
  static let environment = [
    "PIP_REQUIRE_VIRTUALENV": "0", "PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_WARN_SCRIPT_LOCATION": "1", "PIP_NO_COLOR": "1", "PIP_PROGRESS_BAR": "off",
  ]
}

/// `$XDG_CACHE_HOME/arrow`, where nothing is that can't be made again.
enum CacheFolder {
  static var path: String {
    if let folder = getenv("XDG_CACHE_HOME") { return String(cString: folder) + "/arrow" }
    return (getenv("HOME").map { String(cString: $0) } ?? "/tmp") + "/.cache/arrow"
  }

  /// The folder `name` in it, made if it is not there.
  static func folder(_ name: String) throws(HostError) -> String {
    let whole = "\(path)/\(name)"
    let parts = whole.split(separator: "/")
    for count in 1...parts.count {
      let folder = "/" + parts.prefix(count).joined(separator: "/")
      if try Files.status(of: folder + "/.") == nil {
        // Another process may be as far.
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw Files.failure("make the folder \(folder)") }
      }
    }
    return whole
  }
}
