import ArrowHost
import TestSupport
import Testing

@testable import ArrowVM

@Suite("QEMU's command line")
struct QemuCommandLineTests {
  private var plan: MachinePlan {
    var plan = MachinePlan(name: "web", kernel: "/image/kernel", initrd: "/image/initrd", pieces: "/image/pieces.erofs")
    plan.kernelArguments = ["arrow=web", "console=ttyS0"]
    return plan
  }

  /// One group of words a line, as `--dry-run` prints them.
  private func lines(_ plan: MachinePlan) -> [String] {
    QemuCommandLine(plan).groups.map { $0.joined(separator: " ") }
  }

  private func words(_ plan: MachinePlan) -> [String] { QemuCommandLine(plan).groups.flatMap { $0 } }

  @Test("a detached microvm under TCG has this line, word for word")
  func detached() {
    var plan = plan
    plan.forwards = [
      .init(proto: .tcp, hostAddress: "127.0.0.1", hostPort: 3008, guestPort: 3008, port: 8080),
      .init(proto: .udp, hostAddress: "0.0.0.0", hostPort: 53, guestPort: 5353, port: 53),
    ]
    #expect(
      lines(plan) == [
        "-name web",
        "-M microvm,x-option-roms=off,pit=off,pic=off,rtc=on,isa-serial=on",
        "-nodefaults -no-user-config -display none -no-reboot",
        "-accel tcg -cpu max,-smap",
        "-smp 1 -m 64M",
        "-kernel /image/kernel",
        "-initrd /image/initrd",
        "-append arrow=web console=ttyS0",
        "-drive if=none,id=pieces,file=/image/pieces.erofs,format=raw,read-only=on"
          + " -device virtio-blk-device,drive=pieces,serial=pieces",
        "-device virtio-rng-device",
        "-device virtio-serial-device,max_ports=8",
        "-chardev file,id=stdout,path=/dev/null,logfile=stdout.log,logappend=on -device virtserialport,chardev=stdout,name=org.arrow.stdout",
        "-chardev file,id=stderr,path=/dev/null,logfile=stderr.log,logappend=on -device virtserialport,chardev=stderr,name=org.arrow.stderr",
        "-chardev pipe,id=control,path=control -device virtserialport,chardev=control,name=org.arrow.control",
        "-chardev null,id=stdin -device virtserialport,chardev=stdin,name=org.arrow.stdin",
        "-chardev file,id=events,path=/dev/null,logfile=events.jsonl,logappend=on"
          + " -device virtserialport,chardev=events,name=org.arrow.events",
        "-chardev file,id=serial,path=/dev/null,logfile=kernel.log,logappend=on -serial chardev:serial",
        "-netdev user,id=net,hostfwd=tcp:127.0.0.1:3008-:3008,hostfwd=udp:0.0.0.0:53-:5353"
          + " -device virtio-net-device,netdev=net",
        "-qmp unix:qmp.sock,server=on,wait=off -pidfile qemu.pid",
        "-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
      ])
  }

  @Test("q35 under KVM has virtio over PCI, the host's processor, and no boot ROM on the network card")
  func q35() {
    var plan = plan
    plan.machine = .q35
    plan.accelerator = .kvm
    plan.memoryMiB = 1024
    plan.cpus = 4
    let lines = lines(plan)
    #expect(lines[1] == "-M q35,sata=off,smbus=off,usb=off,vmport=off")
    #expect(lines[3...4] == ["-accel kvm -cpu host", "-smp 4 -m 1024M"])
    #expect(lines[8].hasSuffix("-device virtio-blk-pci,drive=pieces,serial=pieces"))
    #expect(lines[9...10] == ["-device virtio-rng-pci", "-device virtio-serial-pci,max_ports=8"])
    #expect(lines[17] == "-netdev user,id=net -device virtio-net-pci,netdev=net,romfile=")
  }

  @Test("a volume that is a file is a disk with a serial number, a folder a 9p share with a tag")
  func volumes() throws {
    let scratch = Scratch("vm,test")
    let folder = scratch.path
    let escaped = folder.replacing(",", with: ",,")
    try scratch.write("", to: "data.img")
    var plan = plan
    plan.volumes = try ["\(folder)/data.img:data", "\(folder):share:ro"].map { try VolumeMapping($0) }
    #expect(
      lines(plan)[9...10] == [
        "-drive if=none,id=volume0,file=\(escaped)/data.img,format=raw"
          + " -device virtio-blk-device,drive=volume0,serial=data",
        "-fsdev local,id=volume1,path=\(escaped),security_model=none,readonly=on"
          + " -device virtio-9p-device,fsdev=volume1,mount_tag=share",
      ])
    // What the guest makes of modes and links stays a note on the host.
    plan.volumes[1].isReadOnly = false
    plan.volumes[1].hasAttributes = true
    #expect(lines(plan)[10].contains(",security_model=mapped-xattr,fmode=0644,dmode=0755 "))
    plan.volumes[1].hasAttributes = false
    #expect(lines(plan)[10].contains(",security_model=mapped-file,fmode=0644,dmode=0755 "))
    plan.machine = .q35
    plan.volumes[0].isReadOnly = true
    #expect(
      lines(plan)[9] == "-drive if=none,id=volume0,file=\(escaped)/data.img,format=raw,read-only=on"
        + " -device virtio-blk-pci,drive=volume0,serial=data")
  }

  @Test(
    "text that is no volume is refused",
    arguments: [
      "", ":", "/tmp", "/tmp:", ":x", "/tmp:ro", "/tmp:/data", "/nowhere:x", "/dev/null:x", "/tmp:a b", "/tmp:x:ro:x,y",
    ])
  func noVolume(text: String) {
    #expect(throws: HostError.self) { try VolumeMapping(text) }
  }

  @Test("without a network there is no card")
  func noNetwork() {
    var plan = plan
    plan.hasNetwork = false
    #expect(!words(plan).contains("-netdev"))
    #expect(!words(plan).contains { $0.hasPrefix("virtio-net") })
  }

  @Test("run waits for a connection on stdin; a terminal's console goes to the log as well")
  func listeners() {
    var plan = plan
    plan.stdin = .listener("stdin.sock", log: nil, waits: true)
    #expect(words(plan).contains("socket,id=stdin,path=stdin.sock,server=on,wait=on"))
    #expect(plan.listener == "stdin.sock")
    plan.stdin = .nothing
    plan.hasTerminal = true
    plan.console = .listener("console.sock", log: "stdout.log", waits: false)
    #expect(words(plan).contains("virtconsole,chardev=stdout"))
    #expect(!words(plan).contains { $0.contains("org.arrow.stdout") })
    #expect(
      words(plan).contains(
        "socket,id=stdout,path=console.sock,server=on,wait=off,logfile=stdout.log"))
    #expect(plan.listener == nil)
  }

  @Test("commas in names and paths are doubled, with a combining mark behind them too")
  func commas() {
    let marked = MachinePlan(name: "a", kernel: "/k", initrd: "/i", pieces: "/x,\u{301}readonly=off")
    #expect(words(marked).contains("if=none,id=pieces,file=/x,,\u{301}readonly=off,format=raw,read-only=on"))
    let plan = MachinePlan(name: "a,b", kernel: "/x,y/kernel", initrd: "/x,y/initrd", pieces: "/x,y/pieces")
    let words = self.words(plan)
    #expect(words[1] == "a,,b")
    #expect(words.contains("if=none,id=pieces,file=/x,,y/pieces,format=raw,read-only=on"))
    // These two are words of their own, nothing splits them.
    #expect(words.contains("/x,y/kernel") && words.contains("/x,y/initrd"))
  }

  @Test("words for QEMU come last")
  func extraWords() {
    var plan = plan
    plan.extraArguments = ["-device", "i6300esb"]
    #expect(words(plan).suffix(2) == ["-device", "i6300esb"])
  }

  @Test("a plan needs a named pipe for control, and one for stdin where it is kept open")
  func pipes() {
    var plan = plan
    #expect(plan.pipes == ["control"])
    plan.stdin = .pipe("stdin")
    #expect(plan.pipes == ["control", "stdin"])
  }
}
