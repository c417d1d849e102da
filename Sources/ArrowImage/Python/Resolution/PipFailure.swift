import ArrowHost

/// pip has failed; what it said.
struct PipFailure: Error {
  var outcome: Outcome
  var action: String

  init(_ outcome: Outcome, _ action: String) {
    self.outcome = outcome
    self.action = action
  }

  private var errors: [String] { outcome.errors.split(whereSeparator: \.isNewline).map(String.init) }

  /// As the user reads it: what failed, why, what pip said, and what to do about it.
  var hostError: HostError {
    if let cause, outcome.errors.contains("subprocess-exited-with-error") {
      return HostError(
        "cannot \(action): \(package) can't be built: \(cause)" + lastLines(of: outcome.errors, saidBy: "pip"),
        hint: hint,
        kind: .input)
    }
    var said = lines.isEmpty ? Array(errors.suffix(20)) : lines
    // The last line of a traceback tells the reason. A setting that pip can't read is told on stdout.
    if said == ["ERROR: Exception:"] { said += errors.suffix(1) }
    if said.isEmpty { said = outcome.output.split(whereSeparator: \.isNewline).suffix(5).map(String.init) }
    return HostError("cannot \(action)" + said.map { "\n  pip: \($0)" }.joined(), hint: hint, kind: .input)
  }

  /// The lines that pip marks as errors, with the indented ones below them.
  private var lines: [String] {
    var isPart = false
    return errors.filter { line in
      isPart = line.hasPrefix("ERROR: ") || isPart && line.hasPrefix("    ")
      return isPart
    }
  }

  private var hint: String? {
    if let cause, cause.contains(".h: No such file") || cause.contains("static library") || cause.contains("pkg-config")
    {
      return "it needs a C library for musl; make libraries builds libpq, libxml2 and libxslt. "
        + "Or take a package that brings it in a musllinux wheel"
    }
    if let cause, cause.hasPrefix("LookupError: "), outcome.errors.contains("SETUPTOOLS_SCM_PRETEND_VERSION") {
      return "its version is the repository's, and there is no .git in its own folder, or no git here; "
        + "SETUPTOOLS_SCM_PRETEND_VERSION=1.2.3 says it, too"
    }
    let asked = ["Host key verification failed", "Permission denied (", "terminal prompts disabled", "could not read "]
    if asked.contains(where: outcome.errors.contains) {
      return "nobody is asked for a password or a host's key: ssh-add loads a key into the agent, "
        + "ssh knows the hosts in ~/.ssh/known_hosts, and git takes passwords from a credential helper"
    }
    if ["[Errno 28]", "[Errno 122]", "[Errno 27]"].contains(where: outcome.errors.contains) {
      return "no room on the disk of the pieces or of the cache, \(CacheFolder.path); or see ulimit -f"
    }
    if outcome.errors.contains("connection broken by") || outcome.errors.contains("NameResolutionError") {
      return "no package index could be reached; a folder with wheels does as well: --find-links FOLDER --no-index"
    }
    return nil
  }

  /// The package whose sources can't be built, and why; `nil` where pip failed at something else.
  var unbuilt: (package: String, why: String)? {
    for line in errors {
      if let tool = line.firstMatch(of: #/arrow: (\S+) (is built with .*)/#) { return (String(tool.1), String(tool.2)) }
    }
    guard outcome.errors.contains("subprocess-exited-with-error"), let cause else { return nil }
    return (package, "can't be built: \(cause)")
  }

  /// Why a package can't be had for a static Python, as the end of a sentence.
  var reason: String {
    for line in errors {
      if let tool = line.firstMatch(of: #/arrow: (\S+ is built with .*)/#) { return String(tool.1) }
      if let many = line.firstMatch(of: #/arrow: (.* has [0-9]+ files in C and C\+\+)/#) {
        return "\(many.1), and there is a wheel (--static compiles them)"
      }
      // pip has found only wheels of a pinned version.
      if let pinned = line.firstMatch(of: #/The user requested \(constraint\) ([A-Za-z0-9._-]+)==/#) {
        return "there are no sources of \(pinned.1) to be had"
      }
      if let conflict = line.firstMatch(of: #/Cannot install ([A-Za-z0-9._-]+)[^A-Za-z0-9._-]/#) {
        let name = String(conflict.1)
        // As above, in other words of pip.
        guard BuildTools.blocked.contains(name) else { return "there are no sources of \(name) to be had" }
        return "\(package) is built with \(name), which makes no modules for a static Python"
      }
      if let missing = line.firstMatch(of: #/satisfies the requirement ([A-Za-z0-9._-]+).* \(from/#) {
        return "there are no sources of \(missing.1) to be had"
      }
    }
    return "\(package) can't be built for a static Python\(cause.map { ": \($0)" } ?? "")"
  }

  /// The first error of a compiler, or a build's exception.
  private var cause: String? {
    let places = [
      #/arrow: error: (.*)/#, #/fatal error: (.*)/#, #/: error: (.*)/#, #/^ +((?:\w+\.)*\w*(?:Error|Exception): .*)/#,
    ]
    for place in places {
      for line in errors {
        if let found = line.firstMatch(of: place) { return String(found.1) }
      }
    }
    return nil
  }

  /// The package that pip was working on.
  private var package: String {
    let lines = (outcome.output + outcome.errors).split(whereSeparator: \.isNewline)
    // Lines that are indented further come from a build, which may name other packages.
    let named = #/^ {0,2}(?:ERROR: )?(?:Collecting|Failed building wheel for|Building wheel for) ([A-Za-z0-9._-]+)/#
    let local = #/^Processing \S*?\/([A-Za-z0-9._]+)-[0-9][^\/\s]*(?:\s|$)/#
    let folder = #/^Processing \S*\/projects\/[0-9]+\/(.+?)(?:\s|$)/#
    return lines.compactMap { line in
      let found = line.firstMatch(of: named)?.1 ?? line.firstMatch(of: folder)?.1 ?? line.firstMatch(of: local)?.1
      return found.map(String.init)
    }.last ?? "a package"
  }
}
