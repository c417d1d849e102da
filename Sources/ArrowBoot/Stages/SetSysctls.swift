import ArrowSpec

/// Sets the spec's sysctls.
enum SetSysctls {
  static func set(_ settings: [Spec.Sysctl], _ linux: some Linux) throws(BootError) {
    for setting in settings {
      var path = Array("/proc/sys/".utf8)
      for byte in setting.name.utf8 { path.append(byte == UInt8(ascii: ".") ? UInt8(ascii: "/") : byte) }
      try must(
        "set the sysctl \(setting.name)", linux.write(setting.value, into: String(decoding: path, as: UTF8.self)))
    }
  }
}
