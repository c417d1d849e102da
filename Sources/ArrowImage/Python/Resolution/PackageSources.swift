import ArrowHost

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
      return try Files.resolved(link)
    }
    noIndex = request.noIndex
  }

  /// A requirements file with the options of the application's own. They may hold passwords, so they are not on the
  /// command line, where other users could see them.
  var declared: String?

  mutating func declare(_ options: [String], in folder: String) throws(HostError) {
    if options.isEmpty { return }
    declared = "\(folder)/options.txt"
    try Files.create("\(folder)/options.txt", contents: Array(options.joined(separator: "\n").utf8), mode: 0o600)
  }

  /// The user's settings of pip that count, and where single packages come from; as variables.
  var settings: [String: String] = [:]

  var options: [String] {
    findLinks.flatMap { ["--find-links", $0] } + (noIndex ? ["--no-index"] : [])
      + (declared.map { ["--requirement", $0] } ?? [])
  }

  /// What is so in each run of pip.
  static let environment = [
    "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_WARN_SCRIPT_LOCATION": "1",
    "PIP_NO_COLOR": "1", "PIP_PROGRESS_BAR": "off",
  ]
}
