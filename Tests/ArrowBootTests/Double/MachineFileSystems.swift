import ArrowBoot

// What each kind of file system shows when it is mounted.

extension Machine {
  func fileSystem(_ type: String, source: String) -> FileTree {
    switch type {
    case "devtmpfs": devices
    case "proc": procFiles
    case "sysfs": sysFiles
    case "cgroup2": FileTree(["/cgroup.subtree_control": .file(""), "/cgroup.procs": .file("")])
    case "erofs": pieces
    case "devpts": FileTree(["/ptmx": .stream])
    default: volumes[source] ?? FileTree()
    }
  }

  private var devices: FileTree {
    var tree = FileTree(["/console": .stream, "/kmsg": .stream, "/null": .stream])
    if hasRTC { tree["/rtc0"] = .stream }
    if hasConsole { tree["/hvc0"] = .stream }
    for port in ports.keys { tree["/\(port)"] = .stream }
    for disk in disks { tree["/\(disk.name)"] = .disk(disk.bytes) }
    return tree
  }

  private var procFiles: FileTree {
    var tree = FileTree([
      "/cmdline": .file(commandLine + "\n"), "/self/oom_score_adj": .file("0\n"),
      "/sys/net/core/somaxconn": .file("4096\n"), "/sys/net/ipv4/ip_unprivileged_port_start": .file("1024\n"),
      "/kcore": .file(""), "/acpi": .folder, "/bus": .folder,
    ])
    for interface in interfaces { tree["/sys/net/ipv4/conf/\(interface.name)/route_localnet"] = .file("0\n") }
    return tree
  }

  private var sysFiles: FileTree {
    var tree = FileTree(["/class/block": .folder, "/block": .folder, "/class/net/lo/ifindex": .file("1\n")])
    for disk in disks {
      tree["/class/block/\(disk.name)/size"] = .file("\(disk.sectors)\n")
      let label = disk.label.map { "\nPARTNAME=\($0)" } ?? ""
      tree["/class/block/\(disk.name)/uevent"] = .file("MAJOR=254\nDEVNAME=\(disk.name)\(label)\n")
      // A partition is listed below its disk only.
      if disk.label == nil { tree["/block/\(disk.name)"] = .folder }
      // The kernel writes a serial number without a newline.
      if let serial = disk.serial { tree["/block/\(disk.name)/serial"] = .file(serial) }
    }
    for interface in interfaces {
      let folder = "/class/net/\(interface.name)"
      tree["\(folder)/ifindex"] = .file(interface.index + "\n")
      tree["\(folder)/address"] = .file(interface.address + "\n")
      if interface.isDevice { tree["\(folder)/device"] = .folder }
    }
    if !ports.isEmpty { tree["/bus/virtio/drivers/virtio_console/virtio0"] = .folder }
    for (device, name) in ports { tree["/class/virtio-ports/\(device)/name"] = .file(name + "\n") }
    return tree
  }

  /// What the kernel puts into a new cgroup.
  var cgroupFiles: FileTree {
    FileTree([
      "/cgroup.procs": .file(""), "/cgroup.kill": .file(""), "/pids.max": .file("max\n"), "/memory.max": .file("max\n"),
      "/memory.oom.group": .file("0\n"), "/memory.events": .file(memoryEvents),
    ])
  }
}
