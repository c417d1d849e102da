import ArrowSpec

/// Selects the arrow to run: the one that the command line names, else the image's default, else the only one.
enum SelectArrow {
  static func select(_ wanted: String?, _ linux: some Linux) throws(BootError) -> String {
    let chosen = if let wanted { wanted } else { try defaultName(linux) }
    if let name = chosen {
      if try must("look for the arrow \(name)", linux.exists(TaskRoot.specFile(of: name))) { return name }
      let hint = nameHint(name, among: try names(linux))
      throw BootError("no such arrow: \"\(name)\"", hint: hint, code: ExitCode.notFound)
    }
    let names = try names(linux)
    if names.count == 1 { return names[0] }
    throw BootError(
      names.isEmpty ? "the pieces image has no arrow" : "which arrow? the pieces image has \(joined(names))",
      hint: "add arrow=NAME to the kernel command line", code: ExitCode.notFound)
  }

  private static func defaultName(_ linux: some Linux) throws(BootError) -> String? {
    let link = "\(TaskRoot.path)/\(GuestContract.defaultLink)"
    do {
      return try linux.readLink(link)
    } catch {
      if error == .noEntry { return nil }
      throw BootError(cannot: "read \(link)", error)
    }
  }

  private static func names(_ linux: some Linux) throws(BootError) -> [String] {
    try must("list the arrows", linux.namesIfAny(in: TaskRoot.path + "/" + GuestContract.metas))
  }
}
