import ArrowSpec

/// Which arrow to run: the one asked for, else the image's default, else the only one.
enum SelectArrow {
  static func select(_ wanted: String?, _ linux: some Linux) throws(BootError) -> String {
    let chosen = if let wanted { wanted } else { try defaultName(linux) }
    if let name = chosen {
      let isThere = try must("look for the arrow \(name)") { () throws(Errno) in try linux.exists(specPath(name)) }
      if isThere { return name }
      let hint = nameHint(name, among: try names(linux))
      throw BootError("no such arrow: \"\(name)\"", hint: hint, code: ExitCode.notFound)
    }
    let names = try names(linux)
    if names.count == 1 { return names[0] }
    throw BootError(
      names.isEmpty ? "the pieces image has no arrow" : "which arrow? the pieces image has \(joined(names))",
      hint: "add arrow=NAME to the kernel command line", code: ExitCode.notFound)
  }

  static func specPath(_ arrow: String) -> String {
    "\(taskRoot)/\(GuestContract.metaFolder(arrow))/\(GuestContract.specFile)"
  }

  private static func defaultName(_ linux: some Linux) throws(BootError) -> String? {
    let link = "\(taskRoot)/\(GuestContract.defaultLink)"
    do {
      return try linux.readLink(link)
    } catch {
      if error == .noEntry { return nil }
      throw BootError(cannot: "read \(link)", error)
    }
  }

  private static func names(_ linux: some Linux) throws(BootError) -> [String] {
    try must("list the arrows") { () throws(Errno) in try linux.namesIfAny(in: "\(taskRoot)/meta") }
  }
}
