import TestSupport

/// The tests of this target say `Scratch` without an import.
typealias Scratch = TestSupport.Scratch

/// The smallest input an image can be made of: one binary with one command, one arrow, a kernel and an arrow-init that
/// pass for such.
extension Scratch {
  static let spec = """
    {
      "binary": { "name": "tool", "version": "v1" },
      "process": { "cmd": "tool" },
      "port": 8080,
      "export": 3008
    }
    """
  static let profile = """
    {
      "defaultAction": "SCMP_ACT_ERRNO",
      "syscalls": [{ "names": ["read", "write", "exit_group", "execve"], "action": "SCMP_ACT_ALLOW" }]
    }
    """

  static func withPieces() throws -> Scratch {
    let scratch = Scratch("image-test")
    try scratch.write(Scratch.program, to: "pieces/binary/tool/v1.2.3/bin/tool", mode: 0o755)
    try scratch.write(Self.profile, to: "pieces/binary/tool/v1.2.3/seccomp.json")
    try scratch.write(Self.spec, to: "pieces/meta/hello/arrow_spec.json")
    try scratch.write(Scratch.program, to: "kernel")
    try scratch.write(Scratch.program, to: "arrow-init")
    return scratch
  }
}
