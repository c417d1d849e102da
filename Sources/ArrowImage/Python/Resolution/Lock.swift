import ArrowHost

/// The lock file: every package of the environment with its version and hash, in the form of a requirements file.
struct Lock {
  /// Where it lies, beside the application.
  var path: String
  var text: String
  /// `NAME==VERSION`, or where it is: an address, a path from the code's folder.
  var packages: [String]

  /// The lines with a hash, and those with a commit of a repository, which has none.
  var hashed: [String]
  var checkouts: [String]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    let lines = text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    hashed = lines.filter { $0.contains(" --hash=") }
    checkouts = lines.filter { !$0.contains(" --hash=") }
    packages = lines.compactMap { $0.split(separator: " --hash=").first.map(String.init) }
  }

  /// Lines for pip, with the values of the `${VARIABLES}` in addresses, which the file itself leaves open.
  func filledIn(_ lines: [String]) throws -> String {
    try lines.joined(separator: "\n").replacing(#/\$\{([A-Z0-9_]+)\}/#) { match in
      guard let value = try UserEnvironment.value(of: String(match.1)) else {
        throw InputErrors(findings: [Finding("the variable \(match.1) is not set", place: path)])
      }
      return value
    }
  }

  /// The versions that a new resolution keeps where it can.
  var pins: [String] { packages.filter { $0.contains(#/^[A-Za-z0-9][A-Za-z0-9._-]*==[^\s=\/]+$/#) } }

  /// What a lock file begins with. It tells for what the file holds: for one kind of one version of Python, and for one
  /// set of requirements. And how many packages it has, so that one that was cut or merged is found.
  static func header(_ fingerprint: String, _ python: PythonRuntime, _ linkage: Linkage, packages: Int) -> String {
    let name = linkage == .loaded ? PythonRuntime.dynamicName : python.name
    return """
      # Made by mkarrowimg add: exactly what it installs. Keep it with the code; pip reads it, too.
      # For \(name) \(python.short), requirements \(fingerprint); packages: \(packages).

      """
  }

  func fits(_ fingerprint: String, _ python: PythonRuntime, _ linkage: Linkage) -> Bool {
    text.hasPrefix(Self.header(fingerprint, python, linkage, packages: hashed.count + checkouts.count))
  }

  /// Writes a copy into the arrow, so that its image tells what is in it.
  func write(into folder: String) throws(HostError) {
    try Files.create("\(folder)/\(Application.lockName)", contents: Array(text.utf8))
  }

  /// Writes the file unless it has this text already; returns whether it had to.
  func write() throws(HostError) -> Bool {
    if try Files.status(of: path) != nil, try Files.contents(of: path) == Array(text.utf8) { return false }
    try WholeFile.write(Array(text.utf8), to: path)
    return true
  }
}
