import Glibc
import Subprocess
import SystemPackage

/// Another program that mkarrowimg runs for a part of its work.
public struct Tool: Sendable {
  public var name: String
  /// The Debian package that has it, for the error when it is missing.
  public var package: String

  public init(_ name: String, package: String) {
    self.name = name
    self.package = package
  }

  /// Runs the program to its end and returns its standard output. Its messages are shown only when it fails.
  ///
  /// Its environment is PATH, the language C and the time zone UTC: no setting of the user
  /// changes the output (SOURCE_DATE_EPOCH, for example, would override mkfs.erofs's -T).
  public func run(_ arguments: [String], folder: String? = nil) async throws(HostError) -> String {
    let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
    do {
      result = try await Subprocess.run(
        .name(name), arguments: Arguments(arguments),
        environment: .custom(["PATH": path, "LC_ALL": "C", "TZ": "UTC"]),
        workingDirectory: folder.map { FilePath($0) }, input: .none,
        output: .string(limit: 16 << 20), error: .string(limit: 1 << 20))
    } catch {
      throw failure(error)
    }
    guard result.terminationStatus.isSuccess else {
      let said = indented(result.standardOutput + result.standardError)
      throw HostError("\(name) \(ending(result.terminationStatus))\(said)")
    }
    return result.standardOutput
  }

  /// With the folders of the administrator's tools, which a user's PATH may lack.
  private var path: String { (getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin" }

  private func ending(_ status: TerminationStatus) -> String {
    switch status {
    case .exited(let code): "failed with exit code \(code)"
    case .signaled(let signal): "was ended by signal \(signal)"
    }
  }

  private func failure(_ error: any Error) -> HostError {
    if let error = error as? SubprocessError, error.code == .executableNotFound {
      return HostError("the program \(name) is missing", hint: "install it: apt install \(package)")
    }
    return HostError("cannot run \(name): \(error)")
  }

  /// What the program printed, each line indented.
  private func indented(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).suffix(20).map { "\n  \(name): \($0)" }.joined()
  }
}
