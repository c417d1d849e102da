import ArrowHost
import Glibc
import Subprocess
import SystemPackage

/// How a program ended, and what it said.
struct Outcome {
  var isSuccess: Bool
  var output: String
  var errors: String
}

extension PythonRuntime {
  /// Runs the Python with `arguments` in `folder`. It is killed when we end: nothing would use what it makes.
  func run(
    _ arguments: [String], in folder: String, adding variables: [String: String] = [:]
  ) async throws(HostError) -> Outcome {
    let program = try program()
    var environment = Self.environment()
    // Nothing may be added to the Arrow Binary, which has its library's byte code already. pip's byte code goes to the
    // cache.
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
        "cannot run \(program): \(error)",
        hint: "a Python in the pieces has to be a static program for \(TargetMachine.target.name)")
    }
  }

  /// The user's settings that pip may see: where packages come from and how to get there. Those that would change what
  /// the packages become are kept from it, as are all of Python's own (PYTHON*).
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
