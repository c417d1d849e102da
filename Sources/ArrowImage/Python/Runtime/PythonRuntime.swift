import ArrowHost
import ArrowSpec

/// A Python of the pieces, which also runs here on the host: it is one static program, so the tags, markers and byte
/// code it has here are those it has in the guest.
struct PythonRuntime {
  /// The Arrow Binary's name, and its folder's: `python`, `v3.13.5`.
  var name: String
  var version: String
  /// Where it lies on the host, absolute.
  var folder: String

  /// The Arrow Binary that mkarrowimg runs, and the one beside it that loads shared libraries.
  static let staticName = "python"
  static let dynamicName = "python-dynamic"

  /// The version's number, as Python writes it.
  var number: String { version.hasPrefix("v") ? String(version.dropFirst()) : version }
  /// `3.13`
  var short: String { number.split(separator: ".").prefix(2).joined(separator: ".") }
  /// The folder in the task's root.
  var guestFolder: String { "/" + GuestContract.binaryFolder(name: name, version: version) }
  /// The folder with all binaries of the pieces, on the host.
  var binaries: String { Files.split(Files.split(folder).folder).folder }
  /// Relative to an environment.
  var sitePackages: String { "lib/python\(short)/site-packages" }

  /// The one that loads shared libraries, of the same version; `nil` where the pieces have none.
  func dynamic() throws(HostError) -> PythonRuntime? {
    let folder = "\(binaries)/\(Self.dynamicName)/\(version)"
    guard name == Self.staticName, try Files.status(of: "\(folder)/bin/python") != nil else { return nil }
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
