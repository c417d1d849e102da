import ArrowSpec

/// A plan as QEMU's command line. Pure: the same plan gives the same words.
public struct QemuCommandLine {
  public static let program = "qemu-system-x86_64"

  /// Options with their values, as they belong together on a line.
  public private(set) var groups: [[String]] = []

  /// All words behind the program's name.
  public var arguments: [String] { groups.flatMap { $0 } }

  public init(_ plan: MachinePlan) {
    addMachine(plan)
    addBoot(plan)
    addChannels(plan)
    addNetwork(plan)
    addHost()
    if !plan.extraArguments.isEmpty { groups.append(plan.extraArguments) }
  }

  /// QEMU's own options of each machine; `-nodefaults` leaves out all that is not named here.
  private static func machineOptions(_ machine: MachinePlan.Machine) -> String {
    switch machine {
    // rtc: the guest's clock. isa-serial: the kernel's log. The rest would only be probed for.
    case .microvm: "microvm,x-option-roms=off,pit=off,pic=off,rtc=on,isa-serial=on"
    case .q35: "q35,sata=off,smbus=off,usb=off,vmport=off"
    }
  }

  private mutating func addMachine(_ plan: MachinePlan) {
    add("-name", escaped(plan.name))
    add("-M", Self.machineOptions(plan.machine))
    add("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot")
    add("-accel", plan.accelerator.rawValue, "-cpu", plan.accelerator == .kvm ? "host" : "max")
    add("-smp", String(plan.cpus), "-m", "\(plan.memoryMiB)M")
  }

  private mutating func addBoot(_ plan: MachinePlan) {
    add("-kernel", plan.kernel)
    add("-initrd", plan.initrd)
    add("-append", plan.kernelArguments.joined(separator: " "))
    add(
      "-drive", "if=none,id=pieces,file=\(escaped(plan.pieces)),format=raw,read-only=on",
      "-device", device("virtio-blk", plan) + ",drive=pieces,serial=\(GuestContract.piecesSerial)")
    for (index, volume) in plan.volumes.enumerated() { add(volume, "volume\(index)", plan) }
    add("-device", device("virtio-rng", plan))
  }

  private mutating func add(_ volume: VolumeMapping, _ id: String, _ plan: MachinePlan) {
    let path = escaped(volume.path)
    switch volume.kind {
    case .disk:
      add(
        "-drive", "if=none,id=\(id),file=\(path),format=raw" + (volume.isReadOnly ? ",read-only=on" : ""),
        "-device", device("virtio-blk", plan) + ",drive=\(id),serial=\(volume.name)")
    case .folder:
      // none: what the task writes is QEMU's user's, and no wish to change that fails.
      add(
        "-fsdev", "local,id=\(id),path=\(path),security_model=none" + (volume.isReadOnly ? ",readonly=on" : ""),
        "-device", device("virtio-9p", plan) + ",fsdev=\(id),mount_tag=\(volume.name)")
    }
  }

  private mutating func addChannels(_ plan: MachinePlan) {
    // QEMU's 31 ports would cost the guest 30 MB for their queues.
    add("-device", device("virtio-serial", plan) + ",max_ports=8")
    addChannel("stdout", plan.console, "virtconsole,chardev=stdout")
    addPort("stderr", plan.stderr, GuestContract.Port.stderr)
    addPort("control", plan.control, GuestContract.Port.control)
    addPort("stdin", plan.stdin, GuestContract.Port.stdin)
    // The last port: where arrow-init finds it, all others are there.
    addPort("events", plan.events, GuestContract.Port.events)
    add("-chardev", chardev("serial", plan.serial), "-serial", "chardev:serial")
  }

  private mutating func addNetwork(_ plan: MachinePlan) {
    guard plan.hasNetwork else { return }
    var options = "user,id=net"
    for forward in plan.forwards {
      options += ",hostfwd=\(forward.proto.name):\(forward.hostAddress):\(forward.hostPort)-:\(forward.guestPort)"
    }
    // A PCI card would bring a boot ROM for network boots.
    let rom = plan.machine == .q35 ? ",romfile=" : ""
    add("-netdev", options, "-device", device("virtio-net", plan) + ",netdev=net" + rom)
  }

  private mutating func addHost() {
    add("-qmp", "unix:\(InstanceFile.monitor),server=on,wait=off", "-pidfile", InstanceFile.pid)
    // Whoever breaks out of the guest into QEMU can't start programs or gain privileges.
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
    case .file(let path): "file,id=\(id),path=\(escaped(path))"
    case .reservedFile(let path): "file,id=\(id),path=\(escaped(path)),append=on"
    case .pipe(let path): "pipe,id=\(id),path=\(escaped(path))"
    case .listener(let path, let log, let waits):
      "socket,id=\(id),path=\(escaped(path)),server=on,wait=\(waits ? "on" : "off")"
        + (log.map { ",logfile=\(escaped($0))" } ?? "")
    }
  }

  /// microvm has virtio over memory-mapped registers, q35 over PCI.
  private func device(_ name: String, _ plan: MachinePlan) -> String {
    name + (plan.machine == .microvm ? "-device" : "-pci")
  }

  /// QEMU splits options at commas; a doubled one stands for itself.
  private func escaped(_ value: String) -> String {
    value.split(separator: ",", omittingEmptySubsequences: false).joined(separator: ",,")
  }

  private mutating func add(_ words: String...) { groups.append(words) }
}
