import ArrowHost
import ArrowSpec
import Glibc
import Subprocess
import SystemPackage

/// A Python of the pieces, run here on the host: it is one static program, and what it says of tags, markers and byte
/// code is what holds in the guest.
struct PythonRuntime {
  /// The Arrow Binary's name, and its folder's: `python`, `v3.13.5`.
  var name: String
  var version: String
  /// Where it lies on the host, absolute.
  var folder: String

  /// The Arrow Binary that everything is run with here, and the one beside it that loads shared libraries.
  static let staticName = "python"
  static let dynamicName = "python-dynamic"

  /// The version's number, as Python writes it.
  var number: String { version.hasPrefix("v") ? String(version.dropFirst()) : version }
  /// `3.13`
  var short: String { number.split(separator: ".").prefix(2).joined(separator: ".") }
  /// The folder in the task's root.
  var guestFolder: String { "/" + GuestContract.binaryFolder(name: name, version: version) }
  /// Relative to an environment.
  var sitePackages: String { "lib/python\(short)/site-packages" }

  /// Those the application may run on: the one its spec means, or all there are.
  static func all(for application: Application, in pieces: String) throws -> [PythonRuntime] {
    // python-dynamic does not run here; the static one of the same version stands in for it.
    let isDynamic = application.binary.map { $0.name == dynamicName } ?? false
    let name = isDynamic ? staticName : application.binary?.name ?? staticName
    let folder = "\(pieces)/binary/\(name)"
    let versions =
      try Files.status(of: folder) == nil
      ? []
      : Files.names(in: folder)
        .map { String(decoding: $0, as: UTF8.self) }.filter { !$0.hasPrefix(".") }
    var wanted = versions
    if let prefix = application.binary?.version {
      wanted = BinaryVersion.best(for: prefix, among: versions).map { [$0] } ?? []
    }
    guard !wanted.isEmpty else {
      throw HostError(
        "\(pieces) has no binary \(name) \(application.binary?.version ?? "")",
        hint: versions.isEmpty
          ? "make image builds one; mkarrowimg binary add adds one" : "it has " + joined(versions), kind: .input)
    }
    let home = try Application.resolved(folder)
    return wanted.map { PythonRuntime(name: name, version: $0, folder: "\(home)/\($0)") }
  }

  static func choose(_ number: String, among pythons: [PythonRuntime]) throws(HostError) -> PythonRuntime {
    guard let python = pythons.first(where: { $0.number == number }) else {
      throw HostError("there is no Python \(number) in the pieces", kind: .input)
    }
    return python
  }

  /// The one that loads shared libraries, of the same version; `nil` where the pieces have none.
  func dynamic() throws(HostError) -> PythonRuntime? {
    let binaries = Files.split(Files.split(folder).folder).folder
    let folder = "\(binaries)/\(Self.dynamicName)/\(version)"
    guard name == Self.staticName, try Files.status(of: "\(folder)/bin/python") != nil else { return nil }
    return PythonRuntime(name: Self.dynamicName, version: version, folder: folder)
  }

  /// That one as a program that runs here, made in `folder`: in the guest its loader lies elsewhere.
  func loading(in folder: String) throws(HostError) -> PythonRuntime? {
    guard let dynamic = try dynamic() else { return nil }
    if try Files.status(of: folder) == nil {
      let program = ELFHeader.replacingLoader(
        of: try Files.contents(of: try dynamic.program()), by: "\(dynamic.folder)/lib/ld-musl-x86_64.so.1")
      for path in [folder, "\(folder)/bin"] { try Files.makeFolder(path) }
      try Files.create("\(folder)/bin/python", contents: program, mode: 0o755)
      try Files.makeLink("\(folder)/lib", to: "\(self.folder)/lib")
    }
    return PythonRuntime(name: Self.dynamicName, version: version, folder: folder)
  }

  /// The program, on the host.
  func program() throws(HostError) -> String {
    for name in ["python", "python3"] where try Files.status(of: "\(folder)/bin/\(name)/") == nil {
      let path = "\(folder)/bin/\(name)"
      if try Files.status(of: path) != nil { return path }
    }
    throw HostError("\(folder) is no Python: it has no bin/python", kind: .input)
  }
}

/// How a program ended, and what it said.
struct Outcome {
  var isSuccess: Bool
  var output: String
  var errors: String
}

extension PythonRuntime {
  /// Runs the Python with `arguments` in `folder`. It does not outlive us: nobody would wait for what it makes.
  func run(
    _ arguments: [String], in folder: String, adding variables: [String: String] = [:]
  ) async throws(HostError) -> Outcome {
    let program = try program()
    var environment = Self.environment()
    // Python's library has its byte code in the Arrow Binary, and nothing may be added to that; pip's goes to the cache.
    environment["PYTHONPYCACHEPREFIX"] = "\(CacheFolder.path)/pycache"
    environment["PYTHONHASHSEED"] = "0"
    environment.merge(variables) { $1 }
    do {
      let result = try await Subprocess.run(
        .name("setpriv"), arguments: Arguments(["--pdeathsig", "KILL", "--", program, "-s", "-P"] + arguments),
        environment: .custom(
          Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) })),
        workingDirectory: FilePath(folder), input: .none, output: .string(limit: 64 << 20),
        error: .string(limit: 16 << 20))
      return Outcome(
        isSuccess: result.terminationStatus.isSuccess, output: result.standardOutput, errors: result.standardError)
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw HostError("the program setpriv is missing", hint: "install it: apt install util-linux")
    } catch {
      throw HostError(
        "cannot run \(program): \(error)", hint: "a Python in the pieces has to be a static program for x86-64")
    }
  }

  /// What pip may know of the user: where packages come from and how to get there. Nothing that changes what they become.
  private static func environment() -> [String: String] {
    let kept = [
      "PATH", "HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "TMPDIR", "NETRC", "SSL_CERT_FILE", "SSL_CERT_DIR",
      "REQUESTS_CA_BUNDLE",
      "http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
      "PIP_CONFIG_FILE", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX", "PIP_FIND_LINKS", "PIP_TRUSTED_HOST",
      "PIP_CERT", "PIP_CLIENT_CERT", "PIP_PROXY", "PIP_TIMEOUT", "PIP_DEFAULT_TIMEOUT", "PIP_RETRIES",
      "PIP_KEYRING_PROVIDER",
    ]
    var environment = ["LC_ALL": "C.UTF-8", "TZ": "UTC", "SOURCE_DATE_EPOCH": "1735689600"]
    for name in kept { if let value = getenv(name) { environment[name] = String(cString: value) } }
    return environment
  }
}
