import ArrowHost
import ArrowSpec

/// Which Python an application runs on: the static one where all its modules in C can be built for that, otherwise
/// python-dynamic with wheels for musl.
enum LinkageChoice {
  /// Decides for a declaration. The lock file that is there decides if it fits; otherwise a new one is made.
  static func decide(
    _ declaration: Declaration, _ request: AddRequest, _ work: Workplace
  ) async throws -> LinkageDecision {
    let wanted = try wantedLinkage(request, work.application)
    guard declaration.hasDependencies else { return LinkageDecision(linkage: wanted ?? .builtIn) }
    let path = work.application.lockPath
    let text = try Files.status(of: path) == nil ? nil : String(decoding: Files.contents(of: path), as: UTF8.self)
    let old = text.map { Lock(path: path, text: $0) }
    if request.lockUse != .renew, let old {
      let possible = wanted.map { [$0] } ?? [.builtIn, .loaded]
      if let linkage = possible.first(where: { old.fits(declaration.fingerprint, work.python, $0) }) {
        return LinkageDecision(linkage: linkage, reason: wanted == nil ? "\(path) says so" : nil, lock: old)
      }
    }
    if request.lockUse == .require {
      throw HostError(
        old == nil ? "there is no \(path)" : "\(path) is of other requirements, of another Python, or not whole",
        hint: "mkarrowimg add without --locked writes it", kind: .input)
    }
    work.log.step("resolving what \(work.application.name) requires")
    let pins = request.lockUse == .renew || declaration.hasHashes ? nil : old?.pins
    return try await resolve(declaration, keeping: pins ?? [], wanted, work)
  }

  /// What the user has decided; `nil` where we are to.
  private static func wantedLinkage(_ request: AddRequest, _ application: Application) throws(HostError) -> Linkage? {
    guard application.binary?.name == PythonRuntime.dynamicName else { return request.linkage }
    if request.linkage == .builtIn {
      throw HostError(
        "\(application.path)/\(GuestContract.specFile) names \(PythonRuntime.dynamicName), and --static another Python",
        kind: .input)
    }
    return .loaded
  }

  /// Resolves, decides, and makes a lock file.
  private static func resolve(
    _ declaration: Declaration, keeping pins: [String], _ wanted: Linkage?, _ work: Workplace
  ) async throws -> LinkageDecision {
    let linkage = wanted ?? .builtIn
    var request = ResolutionRequest(linkage: linkage, pins: pins)
    // A Python that was built elsewhere has no other beside it.
    if wanted == .builtIn || work.python.name != PythonRuntime.staticName {
      let lock = try Lock(try await request.resolve(declaration, work), declaration, linkage, work)
      return LinkageDecision(linkage: linkage, lock: lock)
    }
    request.wheels = .musl
    let resolution: Resolution
    do {
      resolution = try await request.resolve(declaration, work)
      if wanted == nil { try await SourceBuilds.tryFirst(resolution, declaration, work) }
    } catch let failure as PipFailure {
      try await ForeignWheels.refuse(failure, declaration, request, work)
      throw failure
    }
    var decision = LinkageDecision(linkage: .loaded)
    if wanted == nil {
      if resolution.nativeWheels.isEmpty && !resolution.hasSources {
        return LinkageDecision(linkage: .builtIn, lock: try Lock(resolution, declaration, .builtIn, work))
      }
      do {
        return try await LinkageTrial(resolution: resolution).run(declaration, work)
      } catch let failure as PipFailure {
        decision.reason = failure.reason
        let said = lastLines(of: failure.outcome.errors, saidBy: "pip")
        work.log.step("not for a static Python: \(failure.reason)\(said)")
      } catch let failure as LinkageTrial.Failure {
        decision.reason = failure.reason
      }
    }
    _ = try decision.runtime(work)
    decision.lock = try Lock(resolution, declaration, .loaded, work)
    return decision
  }
}
