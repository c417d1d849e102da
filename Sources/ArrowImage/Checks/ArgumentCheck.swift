import ArrowSpec

/// `process.args` against `process.cmd`.
enum ArgumentCheck {
  /// The first argument is the program's own name, in a spec as for execve(2). Where another word stands there, it was
  /// most likely meant for the program, which never sees it: `"cmd": "python", "args": ["main.py"]` runs an empty Python.
  static func warnings(_ spec: Spec, _ document: JSONDocument) -> [SpecError] {
    let (cmd, name) = (fileName(spec.process.cmd), fileName(spec.process.args[0]))
    // `python3` for `python3.13`, and a shell's `-sh`.
    if name.hasPrefix(cmd) || cmd.hasPrefix(name) || name == "-" + cmd { return [] }
    var arguments = document.root.member("process")?.member("args")?.children
    let words = ([spec.process.cmd] + spec.process.args).map(quoted).joined(separator: ", ")
    return [
      SpecError(
        "args[0] is the program's own name: \(spec.process.cmd) does not see \(quoted(spec.process.args[0]))",
        at: arguments?.next()?.offset, hint: "\"args\": [\(words)]")
    ]
  }

  private static func fileName(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }
}
