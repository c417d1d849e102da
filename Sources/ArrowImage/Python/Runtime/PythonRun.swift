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
  ///
  /// Its environment is as a rule that of all runs on any machine, with `variables` besides. With `handsOnUser` it
  /// holds the user's as well, under other names.
  func run(
    _ arguments: [String], in folder: String, adding variables: [String: String] = [:], handsOnUser: Bool = false
  ) async throws(HostError) -> Outcome {
    let program = try program()
    var environment = Self.environment()
    // Nothing may be added to the Arrow Binary, which has its library's byte code already. pip's byte code goes to the
    // cache.
    environment["PYTHONPYCACHEPREFIX"] = "\(CacheFolder.path)/pycache"
    environment["PYTHONHASHSEED"] = "0"
    environment.merge(variables) { $1 }
    let entries =
      environment.map { Array("\($0)=\($1)".utf8) } + (handsOnUser ? try UserEnvironment.entries() : [])
    do {
      let result = try await Subprocess.run(
        .name("setpriv"), arguments: Arguments(["--pdeathsig", "KILL", "--", program, "-s", "-P"] + arguments),
        environment: .custom(entries.map { $0 + [0] }),
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

  /// What a program needs of the user's to reach a package index. All else is kept from it: pip's settings are read one
  /// by one (Programs/pip_settings.py), and then pip itself must find none.
  private static func environment() -> [String: String] {
    let kept = [
      "PATH", "HOME", "TMPDIR", "NETRC", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
      "http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
    ]
    var environment = [
      "LC_ALL": "C.UTF-8", "TZ": "UTC", "SOURCE_DATE_EPOCH": "1735689600", "PIP_CONFIG_FILE": "/dev/null",
      "PYTHONNOUSERSITE": "1",
    ]
    for name in kept { if let value = getenv(name) { environment[name] = String(cString: value) } }
    return environment
  }
}
