import ArrowSpec

/// The files that name hosts: `/etc/hosts`, `/etc/hostname` and `/etc/resolv.conf` are links to them.
enum HostFiles {
  static func write(
    hostname: String, _ aliases: [Spec.HostAlias], _ names: NameService, file: StaticString = #fileID,
    _ linux: some Linux
  ) throws(BootError) {
    var hosts = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n127.0.1.1\t\(hostname)\n"
    // A line for each name: musl reads about a thousand bytes of a line.
    for alias in aliases { for name in alias.hostnames { hosts += "\(alias.ip.text)\t\(name)\n" } }
    let folder = GuestContract.runFolder
    try must("write \(folder)", file: file) { () throws(Errno) in
      try linux.makeFolder(TaskRoot.path + folder, mode: 0o755)
      try linux.write(hosts, into: "\(TaskRoot.path)\(folder)/hosts", [.write, .create])
      try linux.write(hostname + "\n", into: "\(TaskRoot.path)\(folder)/hostname", [.write, .create])
    }
    try write(names, file: file, linux)
  }

  static func write(_ names: NameService, file: StaticString = #fileID, _ linux: some Linux) throws(BootError) {
    let path = "\(GuestContract.runFolder)/resolv.conf"
    try must(
      "write \(path)", file: file, linux.write(names.text, into: TaskRoot.path + path, [.write, .create, .truncate]))
  }
}
