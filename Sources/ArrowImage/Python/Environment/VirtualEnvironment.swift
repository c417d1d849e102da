import ArrowHost

/// An arrow's `.venv`: what `python -m venv` and `pip install` would make in the guest, made on the host.
///
///     pyvenv.cfg                     leads Python from here to the Arrow Binary with its library
///     bin/python, python3, …         links to the Arrow Binary's
///     bin/…                          the packages' commands
///     lib/python3.13/site-packages   the packages
enum VirtualEnvironment {
  /// Makes the environment in `folder`. Returns the Python that was linked for it, which is not in the pieces yet.
  static func make(
    _ folder: String, _ declaration: Declaration, _ decision: LinkageDecision, _ work: Workplace
  ) async throws -> LinkedPython? {
    let (linkage, site) = (decision.linkage, work.python.sitePackages)
    let runtime = try decision.runtime(work)
    if try Files.status(of: folder) == nil { try Files.makeFolder(folder) }
    if let packages = try await packages(decision, work) {
      try Files.copyTree(BytePath(packages.folder), to: BytePath(folder))
    }
    for name in ["bin", "lib", "lib/python\(work.python.short)", site]
    where try Files.status(of: "\(folder)/\(name)") == nil {
      try Files.makeFolder("\(folder)/\(name)")
    }
    if !declaration.projects.isEmpty { try await Project.install(declaration, into: folder, for: linkage, work) }
    if !declaration.isBuilt && declaration.hasCommands {
      try await Project.register(declaration, in: folder, work)
    }
    try ExtensionModules.setAside(in: folder, site)
    let modules = try ExtensionModules(in: folder)
    let linked: LinkedPython?
    if declaration.projects.isEmpty, let trial = decision.trial {
      linked = trial.linked
    } else {
      // The lock file was there, so nothing was tried; or the projects may have brought modules of their own.
      linked = try await LinkedPython.link(modules, work)
    }
    if linked != nil { try await PackageFinder.write(modules.packages, into: folder, work) }
    try ExtensionModules.remove(from: folder)
    try writeConfiguration(folder, runtime)
    try linkPython(folder, runtime, linked)
    return linked
  }

  private static func packages(_ decision: LinkageDecision, _ work: Workplace) async throws -> PackageSet? {
    if let trial = decision.trial { return trial.packages }
    guard let lock = decision.lock else { return nil }
    return try await PackageSet.prepare(lock, for: decision.linkage, work)
  }

  /// What site.py and getpath.py look for beside the program, and one folder up.
  private static func writeConfiguration(_ folder: String, _ python: PythonRuntime) throws(HostError) {
    let text = """
      home = \(python.guestFolder)/bin
      include-system-site-packages = false
      version = \(python.number)

      """
    try Files.create("\(folder)/pyvenv.cfg", contents: Array(text.utf8))
  }

  private static func linkPython(_ folder: String, _ python: PythonRuntime, _ linked: LinkedPython?) throws(HostError) {
    let program = Files.split(try python.program()).name
    var python = python
    if let linked { python.name = linked.name }
    // Relative, so that it leads to the pieces' own on the host as well: meta/ARROW/.venv/bin.
    try Files.makeLink("\(folder)/bin/python", to: "../../../..\(python.guestFolder)/bin/\(program)")
    for name in ["python3", "python\(python.short)"] { try Files.makeLink("\(folder)/bin/\(name)", to: "python") }
  }
}
