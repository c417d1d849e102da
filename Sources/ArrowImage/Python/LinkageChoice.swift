import ArrowHost
import ArrowSpec

/// Which Python an application runs on: the static one where all its modules in C can be built for that, python-dynamic
/// with wheels for musl where they can't.
enum LinkageChoice {
  /// Resolves, decides, and makes the lock file; `work` knows the decision afterwards.
  static func lock(
    _ declaration: Declaration, keeping pins: [String], _ wanted: Linkage?, _ work: inout Workplace
  ) async throws -> Lock {
    work.linkage = wanted ?? .builtIn
    // A Python that was built elsewhere has no other beside it.
    if wanted == .builtIn || work.python.name != PythonRuntime.staticName {
      return try Lock.make(try await Resolution.resolve(declaration, .init(pins: pins), work), declaration, work)
    }
    let resolution: Resolution
    do {
      resolution = try await Resolution.resolve(declaration, .init(wheels: .musl, pins: pins), work)
    } catch let failure as PipFailure {
      try await refuseForeignWheels(declaration, pins, work)
      throw failure
    }
    let native = resolution.nativeWheels
    if wanted == nil {
      if native.isEmpty && !resolution.hasSources { return try Lock.make(resolution, declaration, work) }
      do {
        return try await built(native, of: resolution, declaration, work)
      } catch let failure as PipFailure {
        work.reason = failure.reason
        work.log.step("not for a static Python: \(failure.reason)\(quoted(failure.outcome.errors, by: "pip"))")
      } catch let error as LinkFailure {
        work.reason = error.reason
      }
      work.linkage = .loaded
    }
    _ = try work.runtime()
    return try Lock.make(resolution, declaration, work)
  }

  /// The same versions, with those that have C code built of their sources; and a Python linked of them, to see that it can
  /// be.
  private static func built(
    _ native: [Resolution.Package], of resolution: Resolution, _ declaration: Declaration, _ work: Workplace
  ) async throws -> Lock {
    let names = native.map(\.metadata.name)
    if work.toolchain == nil, let name = names.first {
      throw LinkFailure(reason: "\(name) has C code, and there is nothing to build it with (make sdk)")
    }
    var resolution = resolution
    if !names.isEmpty {
      work.log.step("building \(names.joined(separator: ", ")) for a static Python")
      // Pins have no hashes, and where there are hashes there are pins.
      let pins = declaration.hasHashes ? [] : resolution.install.filter { !$0.isDirect }.map(\.pin)
      let request = Resolution.Request(pins: pins, isPinned: true, fromSources: names)
      resolution = try await Resolution.resolve(declaration, request, work)
    }
    let lock = try Lock.make(resolution, declaration, work)
    let packages = try await Packages.prepare(lock, work)
    let modules = try ExtensionModules(in: packages)
    if let file = try modules.loader(in: "\(packages)/\(work.python.sitePackages)") {
      throw LinkFailure(reason: "\(file) loads shared libraries itself, which a static Python can't")
    }
    do {
      _ = try await LinkedPython.link(modules, work)
    } catch {
      let undefined =
        error.message.firstMatch(of: #/undefined reference to .(\w+)/#).map { ": nothing has \($0.1)" } ?? ""
      throw LinkFailure(reason: "\(names.joined(separator: ", ")) can't be linked into a static Python\(undefined)")
    }
    return lock
  }

  private struct LinkFailure: Error { var reason: String }

  /// Says which packages are to be had for another C library only.
  private static func refuseForeignWheels(
    _ declaration: Declaration, _ pins: [String], _ work: Workplace
  ) async throws {
    let request = Resolution.Request(wheels: .muslAndGlibc, pins: pins)
    guard let resolution = try? await Resolution.resolve(declaration, request, work) else { return }
    let foreign = resolution.nativeWheels.filter { $0.file.contains("manylinux") && !$0.file.contains("musllinux") }
    guard let first = foreign.first else { return }
    let names = foreign.map { "\($0.metadata.name) \($0.metadata.version)" }.joined(separator: ", ")
    throw HostError(
      "\(names): there for glibc only (\(first.file)), and Python on Arrow runs on musl",
      hint: "take a version that has a musllinux wheel or sources; or build a wheel on Alpine Linux (pip wheel "
        + "\(first.metadata.name)) and name its folder: --find-links FOLDER", kind: .input)
  }
}

extension Workplace {
  /// What the user has decided; `nil` where we are to.
  func wantedLinkage(_ request: AddRequest) throws(HostError) -> Linkage? {
    let isSpecDynamic = application.binary.map { $0.name == PythonRuntime.dynamicName } ?? false
    if isSpecDynamic && request.linkage == .builtIn {
      throw HostError(
        "\(application.path)/\(GuestContract.specFile) names \(PythonRuntime.dynamicName), and --static another Python",
        kind: .input)
    }
    return isSpecDynamic ? .loaded : request.linkage
  }
}

extension Resolution {
  /// Whether anything is to be built of its sources: nobody knows beforehand what is in there.
  var hasSources: Bool { install.contains { !$0.file.hasSuffix(".whl") && $0.downloadInfo.dirInfo == nil } }
  /// The packages with shared libraries in them.
  var nativeWheels: [Package] { install.filter { $0.file.hasSuffix(".whl") && !$0.file.hasSuffix("-none-any.whl") } }
}

extension Resolution.Package {
  /// The last part of the address.
  var file: String { downloadInfo.url.split(separator: "/").last.map(String.init) ?? "" }
  var pin: String { "\(metadata.name)==\(metadata.version)" }
}
