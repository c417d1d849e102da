import ArrowSpec

/// A plan as QEMU's command line. Pure: the same plan gives the same words.
struct QemuCommandLine {
  /// The words behind the program's name: options with their values, as they belong together on a line.
  private(set) var groups: [[String]] = []
  private let machine: QemuMachine

  init(_ plan: MachinePlan) {
    machine = QemuMachine(plan.machine)
    addMachine(plan)
    addBoot(plan)
    addChannels(plan)
    addNetwork(plan)
    addHost()
    if !plan.extraArguments.isEmpty { groups.append(plan.extraArguments) }
  }

  private mutating func addMachine(_ plan: MachinePlan) {
    add("-name", escaped(plan.name))
    groups += [machine.options, QemuMachine.bare, QemuMachine.processor(plan.accelerator)]
    add("-smp", String(plan.cpus), "-m", "\(plan.memoryMiB)M")
  }

  private mutating func addBoot(_ plan: MachinePlan) {
    add("-kernel", plan.kernel)
    add("-initrd", plan.initrd)
    add("-append", plan.kernelArguments.joined(separator: " "))
    add(
      "-drive", "if=none,id=pieces,file=\(escaped(plan.pieces)),format=raw,read-only=on",
      "-device", machine.device("virtio-blk") + ",drive=pieces,serial=\(GuestContract.piecesSerial)")
    for (index, volume) in plan.volumes.enumerated() { add(volume, "volume\(index)") }
    add("-device", machine.device("virtio-rng"))
  }

  private mutating func add(_ volume: VolumeMapping, _ id: String) {
    let path = escaped(volume.path)
    switch volume.kind {
    case .disk:
      add(
        "-drive", "if=none,id=\(id),file=\(path),format=raw" + (volume.isReadOnly ? ",read-only=on" : ""),
        "-device", machine.device("virtio-blk") + ",drive=\(id),serial=\(volume.name)")
    case .folder:
      // mapped: owners, modes, links and devices that the guest makes are notes beside plain files of QEMU's user. Where
      // it can't make any, none shows it the links that the host has made.
      let mapped = "\(volume.hasAttributes ? "mapped-xattr" : "mapped-file"),fmode=0644,dmode=0755"
      add(
        "-fsdev",
        "local,id=\(id),path=\(path),security_model=" + (volume.isReadOnly ? "none,readonly=on" : mapped),
        "-device", machine.device("virtio-9p") + ",fsdev=\(id),mount_tag=\(volume.name)")
    }
  }

  private mutating func addChannels(_ plan: MachinePlan) {
    // QEMU's 31 ports would cost the guest 30 MB for their queues.
    add("-device", machine.device("virtio-serial") + ",max_ports=8")
    if plan.hasTerminal {
      addChannel("stdout", plan.console, "virtconsole,chardev=stdout")
    } else {
      addPort("stdout", plan.console, GuestContract.Port.stdout)
    }
    addPort("stderr", plan.stderr, GuestContract.Port.stderr)
    addPort("control", plan.control, GuestContract.Port.control)
    addPort("stdin", plan.stdin, GuestContract.Port.stdin)
    // The last port: once arrow-init finds it, all others are there.
    addPort("events", plan.events, GuestContract.Port.events)
    add("-chardev", chardev("serial", plan.serial), "-serial", "chardev:serial")
  }

  private mutating func addNetwork(_ plan: MachinePlan) {
    guard plan.hasNetwork else { return }
    var options = "user,id=net"
    for forward in plan.forwards {
      options += ",hostfwd=\(forward.proto.name):\(forward.hostAddress):\(forward.hostPort)-:\(forward.guestPort)"
    }
    add("-netdev", options, "-device", machine.device("virtio-net") + ",netdev=net" + machine.networkCardOptions)
  }

  private mutating func addHost() {
    add("-qmp", "unix:\(QemuFile.monitor),server=on,wait=off", "-pidfile", QemuFile.pid)
    // Code that breaks out of the guest into QEMU can't start programs or gain privileges.
    add("-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny")
  }

  private mutating func addPort(_ id: String, _ channel: MachinePlan.Channel, _ name: String) {
    addChannel(id, channel, "virtserialport,chardev=\(id),name=\(name)")
  }

  private mutating func addChannel(_ id: String, _ channel: MachinePlan.Channel, _ device: String) {
    add("-chardev", chardev(id, channel), "-device", device)
  }

  private func chardev(_ id: String, _ channel: MachinePlan.Channel) -> String {
    switch channel {
    case .nothing: "null,id=\(id)"
    // As a log of its own QEMU would try again and again on a full disk, and stop the guest; the log of a channel it
    // lets go. The guest tells how much it has handed over.
    case .file(let path): "file,id=\(id),path=/dev/null,logfile=\(escaped(path)),logappend=on"
    case .pipe(let path): "pipe,id=\(id),path=\(escaped(path))"
    case .listener(let path, let log, let waits):
      "socket,id=\(id),path=\(escaped(path)),server=on,wait=\(waits ? "on" : "off")"
        + (log.map { ",logfile=\(escaped($0))" } ?? "")
    }
  }

  /// QEMU splits options at commas; a doubled one stands for itself.
  private func escaped(_ value: String) -> String {
    value.fields(separatedBy: ",").joined(separator: ",,")
  }

  private mutating func add(_ words: String...) { groups.append(words) }
}
