import ArrowSpec

/// Which arrow to run: the one asked for, else the image's default, else the only one.
enum SelectArrow {
  static func select(_ wanted: String?, _ linux: some Linux) throws(BootError) -> String {
    if let name = wanted ?? (try? linux.readLink("\(taskRoot)/\(GuestContract.defaultLink)")) {
      if linux.exists(specPath(name)) { return name }
      throw BootError("no such arrow: \"\(name)\"", hint: nameHint(name, among: names(linux)), code: ExitCode.notFound)
    }
    let names = names(linux)
    if names.count == 1 { return names[0] }
    throw BootError(
      names.isEmpty ? "the pieces image has no arrow" : "which arrow? the pieces image has \(joined(names))",
      hint: "add arrow=NAME to the kernel command line", code: ExitCode.notFound)
  }

  static func specPath(_ arrow: String) -> String {
    "\(taskRoot)/\(GuestContract.metaFolder(arrow))/\(GuestContract.specFile)"
  }

  private static func names(_ linux: some Linux) -> [String] {
    (try? linux.names(in: "\(taskRoot)/meta")) ?? []
  }
}
