import ArrowHost

/// Which Python an application runs on, and what was found out for that.
struct LinkageDecision {
  var linkage: Linkage
  /// Why it is not the static Python; `nil` where it is, or where the user decided.
  var reason: String?
  /// `nil` where nothing is required.
  var lock: Lock?
  /// What was made of the lock file to see whether that is possible; `nil` where nothing had to be tried.
  var trial: Trial?

  struct Trial {
    var packages: PackageSet
    /// With the packages' modules in C; `nil` where there are none.
    var linked: LinkedPython?
  }

  /// The Python that the arrow runs on.
  func runtime(_ work: Workplace) throws(HostError) -> PythonRuntime {
    if linkage == .builtIn { return work.python }
    guard let dynamic = try work.python.dynamic() else {
      throw HostError(
        "\(work.application.name) needs \(PythonRuntime.dynamicName) \(work.python.version), "
          + "which is not in the pieces: \(reason ?? "")",
        hint: "make python-dynamic builds it", kind: .input)
    }
    return dynamic
  }
}
