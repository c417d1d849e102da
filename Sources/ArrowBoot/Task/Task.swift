import ArrowSpec

/// What will run: the arrow's spec with the host's overrides over it, its Arrow Binary and its seccomp filter.
struct Task {
  var arrow: String
  var spec: Spec
  /// The folders where `process.cmd` is looked up and with which the task's PATH begins: the arrow's own, if it has
  /// one, then the Arrow Binary's (`/binary/python/v3.13.5/bin`). As the task sees them.
  var commands: [String]
  /// Whether the host has chosen the user, in place of the spec.
  var hasGivenUser = false
  /// BPF instructions as seccomp(2) takes them.
  var filter: ArraySlice<UInt8>

  /// The task's whole environment: the spec's variables, and those that a program needs and the spec does not set.
  var environment: [String] {
    var environment = spec.process.env
    let path = "PATH=\(commands.joined(separator: ":")):/bin"
    let notifySocket = "NOTIFY_SOCKET=" + GuestContract.notifySocket
    let equals = UInt8(ascii: "=")
    for preset in [path, "HOME=/tmp", notifySocket] + (spec.process.terminal ? ["TERM=linux"] : []) {
      let name = preset.utf8.prefix { $0 != equals }
      let isSet = spec.process.env.contains { $0.utf8.prefix { $0 != equals }.elementsEqual(name) }
      if !isSet { environment.append(preset) }
    }
    return environment
  }

  /// Where the task starts.
  var folder: String { spec.process.cwd ?? "/" + GuestContract.metaFolder(arrow) }
}
