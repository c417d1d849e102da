import ArrowSpec

/// Sets the spec's sysctls, and before them what differs from the kernel's defaults in an arrow.
enum SetSysctls {
  private static let folder = "/proc/sys/"

  static func set(_ settings: [Spec.Sysctl], _ linux: some Linux) throws(BootError) {
    // Every port may be bound, as in docker's containers. Ports under 1024 are root's to keep users of one machine from
    // serving in each other's name; here is one task, and only what is exported reaches it.
    try must(
      "let the task bind every port", linux.write("0", into: "\(folder)net/ipv4/ip_unprivileged_port_start"))
    for setting in settings {
      var path = Array(folder.utf8)
      for byte in setting.name.utf8 { path.append(byte == UInt8(ascii: ".") ? UInt8(ascii: "/") : byte) }
      try must(
        "set the sysctl \(setting.name)", linux.write(setting.value, into: String(decoding: path, as: UTF8.self)))
    }
  }
}
