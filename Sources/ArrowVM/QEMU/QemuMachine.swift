/// The machines as QEMU's options: the one place in Swift. `qemu/*.cfg` and the scripts that boot VMs without actrl
/// have the same words; ArrowVMTests compares them.
struct QemuMachine {
  private let machine: MachinePlan.Machine

  init(_ machine: MachinePlan.Machine) { self.machine = machine }

  /// `-M` and QEMU's own options of the machine.
  var options: [String] { ["-M", words] }

  private var words: String {
    switch machine {
    // rtc: the guest's clock. isa-serial: the kernel's log. The kernel would only probe for the rest.
    case .microvm: "microvm,x-option-roms=off,pit=off,pic=off,rtc=on,isa-serial=on"
    // What an arrow has no driver for.
    case .q35: "q35,sata=off,smbus=off,usb=off,vmport=off"
    }
  }

  /// Leaves out all that is not named on the line.
  static let bare = ["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"]

  /// The accelerator, and all that its processor can do. TCG makes a user's far return (lret, iret) with the kernel's
  /// rights, which a kernel behind SMAP takes for its own fault: any program could panic it.
  static func processor(_ accelerator: MachinePlan.Accelerator) -> [String] {
    ["-accel", accelerator.rawValue, "-cpu", accelerator == .kvm ? "host" : "max,-smap"]
  }

  /// A virtio device by its name on this machine: microvm has virtio over memory-mapped registers, q35 over PCI.
  func device(_ name: String) -> String { name + (machine == .microvm ? "-device" : "-pci") }

  /// A PCI card would bring a boot ROM for network boots.
  var networkCardOptions: String { machine == .q35 ? ",romfile=" : "" }
}
