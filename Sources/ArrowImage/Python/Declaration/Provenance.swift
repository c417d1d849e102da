import ArrowHost

/// Which arrows `add` may replace: those that it made itself. A folder that was made by hand may be the only copy.
enum Provenance {
  /// Beside the arrow's folder; a name with a dot is no arrow.
  private static func mark(_ application: Application) -> String {
    let (meta, name) = Files.split(application.folder)
    return "\(meta)/.\(name).added"
  }

  static func check(_ application: Application) throws(HostError) {
    guard !application.isInPlace, try Files.status(of: application.folder) != nil,
      try Files.status(of: mark(application)) == nil
    else { return }
    throw HostError(
      "\(application.folder) is there already, and was not made by mkarrowimg add; it is left as it is",
      hint: "remove it, or give the arrow another name: --name NAME", kind: .input)
  }

  /// Must be called before the folder is there.
  static func write(_ application: Application) throws(HostError) {
    if application.isInPlace { return }
    try WholeFile.write(Array((application.absolutePath + "\n").utf8), to: mark(application))
  }
}
