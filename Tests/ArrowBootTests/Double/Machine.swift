import ArrowBoot
import ArrowSpec

/// A simulated virtual machine: what the boot finds in it, and what happens to it while it runs.
///
/// A test changes what matters to it, boots the machine, and checks the ``Run``.
struct Machine {
  var commandLine = "console=hvc0 arrow=hello"
  /// The initrd. arrow-init makes the folders that it needs.
  var initrd = FileTree(["/dev/console": .stream])
  /// The files of the pieces image, from its root.
  var pieces = Machine.examplePieces
  var disks = [Disk(name: "vda", serial: "pieces", bytes: Superblock().bytes)]
  var interfaces = [Interface()]
  /// dm-verity's status for the pieces: `V` for valid or `C` for corrupt.
  var verityStatus = "V"
  /// Named virtio-serial ports, by device. Without any there is no virtio-serial device.
  var ports = [
    "vport0p1": "org.arrow.stderr", "vport0p2": "org.arrow.control", "vport0p3": "org.arrow.events",
    "vport0p5": "org.arrow.stdout",
  ]
  var hasConsole = true
  var hasRTC = false
  /// The time at the start, in seconds since 1970.
  static let start: Int64 = 1_800_000_000
  /// Whether the kernel has opened descriptors 0 to 2 for PID 1.
  var hasInitialConsole = true
  var dhcp: DHCPServer? = DHCPServer()
  /// The files of other file systems, by what is mounted: `/dev/vdb`, the tag of a 9p share.
  var volumes: [String: FileTree] = [:]

  /// What happens, and when, in ms. The first process that is forked is ``task``.
  var happenings: [(time: UInt64, what: Happening)] = []
  /// What a process does when it gets a signal. By default TERM ends it after 20 ms. KILL always ends it at once.
  var reaction: (_ pid: Int32, _ signal: Int32) -> [(delay: UInt64, what: Happening)] = { pid, signal in
    signal == Signal.terminate ? [(20, .killed(pid, by: signal))] : []
  }
  /// Processes that even SIGKILL does not end, because they wait for a dead disk.
  var immortals: Set<Int32> = []
  /// The error with which a call fails; `nil` where it succeeds.
  var failure: (Call) -> Errno? = { _ in nil }
  /// The most bytes that one read or one write transfers.
  var largestTransfer = Int.max
  /// Devices whose other end takes no bytes.
  var deafDevices: Set<String> = []
  /// In bytes, before the task starts.
  var freeMemory: UInt64 = 64 << 20
  /// What `memory.events` of the task's cgroup says in the end.
  var memoryEvents = "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n"

  /// The process id of the first process that is forked. The following ones count up.
  static let task: Int32 = 100

  enum Happening {
    case exits(Int32, Int32)
    case killed(Int32, by: Int32)
    /// PID 1 becomes the parent of a process that it did not start.
    case adopts(Int32)
    /// PID 1 gets a signal: the power button, Ctrl-Alt-Del.
    case signal(Int32)
    /// A device's other end takes bytes from now on.
    case hears(String)
    /// A device's other end takes no bytes from now on.
    case isFull(String)
    /// Bytes arrive on a device or in the task's pipe; none are the end.
    case arrives(String, String)
    /// The DHCP socket receives this.
    case receives([UInt8])
    /// The kernel passes on what a router advertises.
    case advertises([UInt8])
    /// A socket of the task listens on this port.
    case listens(UInt16)
    /// The task tries to reach a denied destination, as the program's map has it.
    case tries([UInt8])
    case portAppears(device: String, name: String)
    /// Other virtio-serial news.
    case deviceEvent
    /// The host slept for this many seconds: the RTC has gone on, the kernel's clock has not.
    case sleeps(Int64)
    /// From now on a file of the kernel's has this text.
    case shows(String, String)
    /// The kernel has read so many pages of files again since the boot, and has so much memory left, of 57,344 KiB.
    case rereads(pages: Int, availableKiB: Int)
    /// From now on the DHCP server answers requests with NAK.
    case refusesLease
    /// dm-verity finds a block altered that something has read.
    case readsAlteredBlock(Int)
  }

  mutating func at(_ time: UInt64, _ what: Happening...) { happenings += what.map { (time, $0) } }

  mutating func fail(_ call: String, with error: Errno) {
    let earlier = failure
    failure = { $0.text.hasPrefix(call) ? error : earlier($0) }
  }

  struct Disk {
    var name: String
    var serial: String?
    /// The GPT label of a partition.
    var label: String?
    var bytes: [UInt8]
    /// The size in sectors, as /sys has it.
    var sectors = 16384
  }

  struct Interface {
    var name = "eth0"
    var index = "2"
    var address = "52:54:00:12:34:56"
    var isDevice = true
  }

  /// The beginning of an EROFS image (fs/erofs/erofs_fs.h).
  struct Superblock {
    var magic: [UInt8] = [0xE2, 0xE1, 0xF5, 0xE0]
    var blockBits: UInt8 = 12
    var blocks: UInt32 = 2048
    /// mkfs.erofs's default.
    static let blockSize = 4096

    var bytes: [UInt8] {
      var bytes = [UInt8](repeating: 0, count: 4096)
      bytes.replaceSubrange(1024..<1028, with: magic)
      bytes[1024 + 12] = blockBits
      for index in 0..<4 { bytes[1024 + 36 + index] = UInt8(truncatingIfNeeded: blocks >> (8 * UInt32(index))) }
      return bytes
    }
  }
}

/// What veritysetup puts behind `blocks` blocks of data: its superblock and the tree (lib/verity/verity.c in
/// cryptsetup).
struct HashTree {
  var blocks: Int
  var signature = "verity\0\0"
  var algorithm = "sha256"
  var blockSize: UInt32 = 4096
  var salt: [UInt8] = [0xA5, 0x01]
  /// How many blocks of hashes are there.
  var hashBlocks = 1

  var bytes: [UInt8] {
    func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) } }
    var bytes = Array(signature.utf8) + little(1, 4) + little(1, 4) + [UInt8](repeating: 7, count: 16)
    bytes += Array(algorithm.utf8) + [UInt8](repeating: 0, count: 32 - algorithm.utf8.count)
    bytes += little(Int(blockSize), 4) + little(Int(blockSize), 4) + little(blocks, 8) + little(salt.count, 2)
    bytes += [UInt8](repeating: 0, count: 6) + salt
    return bytes + [UInt8](repeating: 0, count: 4096 * (1 + hashBlocks) - bytes.count)
  }
}

/// One system call, as the trace has it.
struct Call {
  var text: String
  /// Counted from 0 in the process that makes the call; a child counts from the fork.
  var number: Int
  var isChild: Bool
}

extension Machine {
  static let spec = #"""
    {
      "binary": {"name": "tool", "version": "v1"},
      "process": {"cmd": "tool", "args": ["tool", "serve"]},
      "port": 8080,
      "export": 3008
    }
    """#

  /// A filter of one instruction: BPF_RET | BPF_K, SECCOMP_RET_ALLOW.
  static let filter: [UInt8] = [0x06, 0, 0, 0, 0, 0, 0xFF, 0x7F]

  static var examplePieces: FileTree {
    var tree = FileTree([
      "/etc/hosts": .link("/run/arrow/hosts"), "/etc/resolv.conf": .link("/run/arrow/resolv.conf"),
      "/.arrow/format": .file("1\n"),
      "/.arrow/seccomp/hello": .file(SeccompFilterFile.encode(program: filter)),
      "/binary/tool/v1.2.3/bin/tool": .file("ELF", mode: 0o755),
      "/meta/hello/arrow_spec.json": .file(spec),
    ])
    for name in GuestContract.mountPoints { tree["/\(name)"] = .folder }
    return tree
  }

  /// A machine without a network, whose spec has these members.
  static func withoutNetwork(_ members: String = "", prepare: (inout Machine) -> Void = { _ in }) -> Machine {
    var machine = Machine()
    machine.commandLine += " arrow.ip=off"
    machine.addToSpec(members)
    prepare(&machine)
    return machine
  }

  /// The device of the control channel, and the command that asks for a stop there.
  static let control = "/dev/vport0p2"
  static let stop = "{\"command\":\"stop\"}\n"

  /// Replaces the spec of the arrow `hello`.
  mutating func setSpec(_ text: String) { pieces["/meta/hello/arrow_spec.json"] = .file(text) }

  /// Sets a spec with these members after the ones that every spec has.
  mutating func addToSpec(_ members: String, process: String = "") {
    setSpec(
      #"{"binary": {"name": "tool", "version": "1"}, "process": {"cmd": "tool"\#(process)}\#(members)}"#)
  }
}

/// The beginning of a disk with an ext4 file system.
func ext4(label: String) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: 4096)
  bytes.replaceSubrange(1024 + 0x38..<1024 + 0x3A, with: [0x53, 0xEF])
  bytes.replaceSubrange(1024 + 0x78..<1024 + 0x78 + label.utf8.count, with: Array(label.utf8))
  return bytes
}
