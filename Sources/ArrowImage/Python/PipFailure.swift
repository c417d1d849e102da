import ArrowHost

/// pip has failed: what it said.
struct PipFailure: Error {
  var outcome: Outcome
  var action: String

  init(_ outcome: Outcome, _ action: String) {
    self.outcome = outcome
    self.action = action
  }

  private var errors: [String] { outcome.errors.split(whereSeparator: \.isNewline).map(String.init) }

  /// In few words.
  var hostError: HostError {
    let lines = errors.filter { $0.hasPrefix("ERROR: ") }
    let said = lines.isEmpty ? Array(errors.suffix(20)) : lines
    return HostError("cannot \(action)" + said.map { "\n  pip: \($0)" }.joined(), hint: hint, kind: .input)
  }

  private var hint: String? {
    if outcome.errors.contains("connection broken by") || outcome.errors.contains("NameResolutionError") {
      return "no package index could be reached; a folder with wheels does as well: --find-links FOLDER --no-index"
    }
    return nil
  }

  /// Why a package can't be had for a static Python, as the end of a sentence.
  var reason: String {
    for line in errors {
      if let conflict = line.firstMatch(of: #/Cannot install ([A-Za-z0-9._-]+)[^A-Za-z0-9._-]/#) {
        let name = String(conflict.1)
        // Of a pinned version pip has found wheels only.
        guard Resolution.blockedTools.contains(name) else { return "there are no sources of \(name) to be had" }
        return "\(package) is built with \(name), which makes no modules for a static Python"
      }
      if let missing = line.firstMatch(of: #/satisfies the requirement ([A-Za-z0-9._-]+).* \(from/#) {
        return "there are no sources of \(missing.1) to be had"
      }
    }
    let places = [#/arrow: error: (.*)/#, #/fatal error: (.*)/#, #/\berror: (.*)/#]
    for place in places {
      for line in errors {
        if let found = line.firstMatch(of: place) { return "\(package) can't be built for a static Python: \(found.1)" }
      }
    }
    return "\(package) can't be built for a static Python"
  }

  /// The package that pip was at.
  private var package: String {
    let lines = (outcome.output + outcome.errors).split(whereSeparator: \.isNewline)
    let named = #/^\s*(?:ERROR: )?(?:Collecting|Failed building wheel for|Building wheel for) ([A-Za-z0-9._-]+)/#
    let local = #/^Processing \S*?\/([A-Za-z0-9._]+)-[0-9][^\/\s]*(?:\s|$)/#
    return lines.compactMap { line in
      (line.firstMatch(of: named)?.1 ?? line.firstMatch(of: local)?.1).map(String.init)
    }.last ?? "a package"
  }
}
