import ArrowSpec

/// The system calls the boot is made of, one function a call; the tests put a double in its place that records them.
///
/// Paths are absolute in the initrd's root, descriptors are close-on-exec, sizes are in bytes.
public protocol Linux {
  // Files.
  func mount(_ source: String, on target: String, type: String, flags: MountFlags, data: String) throws(Errno)
  func unmount(_ target: String) throws(Errno)
  /// Of the mount on `target` and all below it; of the flags that mounts themselves have (mount_setattr(2)).
  func setMountFlags(_ target: String, set: MountFlags, clear: MountFlags) throws(Errno)
  func makeFolder(_ path: String, mode: UInt32) throws(Errno)
  func makeDevice(_ path: String, mode: UInt32, major: UInt32, minor: UInt32) throws(Errno)
  func makeLink(_ path: String, to target: String) throws(Errno)
  func readLink(_ path: String) throws(Errno) -> String
  /// Where a path leads for somebody whose root is `root`.
  func realPath(_ path: String, in root: String) throws(Errno) -> String
  func fileMode(_ path: String) throws(Errno) -> UInt32
  func fileSize(_ path: String) throws(Errno) -> Int
  func setMode(_ path: String, _ mode: UInt32) throws(Errno)
  func setOwner(_ path: String, uid: UInt32, gid: UInt32) throws(Errno)
  func open(_ path: String, _ flags: OpenFlags) throws(Errno) -> Int32
  func close(_ descriptor: Int32)
  func read(_ descriptor: Int32, atMost count: Int) throws(Errno) -> [UInt8]
  func read(_ descriptor: Int32, atMost count: Int, at offset: Int) throws(Errno) -> [UInt8]
  func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) throws(Errno) -> Int
  func names(in folder: String) throws(Errno) -> [String]
  /// A Unix datagram socket of this name, to receive from; it never blocks.
  func openDatagrams(_ path: String) throws(Errno) -> Int32
  func makeRaw(terminal descriptor: Int32) throws(Errno)
  func setWindow(terminal descriptor: Int32, rows: UInt16, columns: UInt16) throws(Errno)
  func drain(terminal descriptor: Int32)

  // The device mapper; mappings are read-only, and known by their names.
  /// The minor number of the new device: 0 is /dev/dm-0.
  func createMapping(_ name: String) throws(Errno) -> Int32
  /// One target over the whole device, `parameters` in the target's own words.
  func loadMapping(_ name: String, sectors: UInt64, target: String, parameters: String) throws(Errno)
  func resumeMapping(_ name: String) throws(Errno)
  func mappingStatus(_ name: String) throws(Errno) -> String

  // The task, from fork to exec.
  func pipe() throws(Errno) -> (read: Int32, write: Int32)
  func fork() throws(Errno) -> Int32
  func exit(_ code: Int32) -> Never
  func newSession() throws(Errno)
  func controlTerminal(_ descriptor: Int32) throws(Errno)
  func duplicate(_ descriptor: Int32, to target: Int32, closeOnExec: Bool) throws(Errno)
  /// This descriptor and all above it close at exec.
  func closeOnExec(from descriptor: Int32) throws(Errno)
  func changeRoot(_ path: String) throws(Errno)
  func changeFolder(_ path: String) throws(Errno)
  func setUmask(_ mask: UInt32)
  func setLimit(_ limit: Spec.ResourceLimit) throws(Errno)
  func setGroups(_ groups: [UInt32]) throws(Errno)
  func setGroup(_ gid: UInt32) throws(Errno)
  func setUser(_ uid: UInt32, keepCapabilities: Bool) throws(Errno)
  func keepBounding(_ capabilities: UInt64) throws(Errno)
  func setCapabilities(_ capabilities: Spec.Capabilities) throws(Errno)
  func setNoNewPrivileges() throws(Errno)
  func loadFilter(_ program: ArraySlice<UInt8>) throws(Errno)
  func execute(_ path: String, _ arguments: [String], environment: [String]) throws(Errno)

  // Signals, children and time.
  func blockSignals() throws(Errno)
  func restoreSignals() throws(Errno)
  func openSignals() throws(Errno) -> Int32
  /// The next signal's number; `nil` when none is waiting.
  func readSignal(_ descriptor: Int32) throws(Errno) -> Int32?
  /// `pid` -1: every process but PID 1.
  func send(_ signal: Int32, to pid: Int32) throws(Errno)
  /// A child that ended and its wait status; `nil` when none has. ECHILD when there is no child at all.
  func reap() throws(Errno) -> (pid: Int32, status: Int32)?
  /// Blocks until the descriptor is readable, or `timeout` (in ms, -1: for ever) is over.
  func waitReadable(_ descriptor: Int32, timeout: Int32) throws(Errno) -> Bool
  /// The same until it takes bytes.
  func waitWritable(_ descriptor: Int32, timeout: Int32) throws(Errno) -> Bool
  func openPoll() throws(Errno) -> Int32
  /// Each arrival on `descriptor` is reported once (edge-triggered): read all there is.
  func watch(_ descriptor: Int32, on poll: Int32) throws(Errno)
  /// The watched descriptors where something has arrived; none when `timeout` (in ms, -1: for ever) is over.
  func wait(_ poll: Int32, timeout: Int32) throws(Errno) -> [Int32]
  /// CLOCK_MONOTONIC, in ms.
  func now() -> UInt64
  /// CLOCK_REALTIME, in seconds.
  func wallClock() -> Int64
  func setWallClock(_ seconds: Int64) throws(Errno)
  /// The same by the machine's clock (rtc(4)).
  func readRTC(_ descriptor: Int32) throws(Errno) -> Int64
  /// In bytes.
  func freeMemory() -> UInt64

  // Network.
  func setHostname(_ name: String) throws(Errno)
  func linkUp(_ index: Int32) throws(Errno)
  func addAddress(_ address: IPAddress, prefixLength: Int, to index: Int32) throws(Errno)
  /// With the last address of its kind its routes go, too.
  func removeAddress(_ address: IPAddress, prefixLength: Int, from index: Int32) throws(Errno)
  func setMTU(_ mtu: Int, of index: Int32) throws(Errno)
  func addRoute(_ route: Route, on index: Int32) throws(Errno)
  func openDHCP(on interface: String) throws(Errno) -> Int32
  /// `server` nil: to whoever is there.
  func sendDHCP(_ message: [UInt8], to server: IPAddress?, on descriptor: Int32) throws(Errno)
  func random() -> UInt32
  func openDeviceEvents() throws(Errno) -> Int32
  /// What routers advertise beside addresses and routes, each option behind a netlink header.
  func openRouterNews() throws(Errno) -> Int32

  /// The kernel's audit records as they come, each behind a netlink header.
  func openAudit() throws(Errno) -> Int32

  // BPF.
  func createMap(_ map: BPFMap) throws(Errno) -> Int32
  func updateMap(_ map: Int32, key: [UInt8], value: [UInt8]) throws(Errno)
  func isEmpty(map: Int32) throws(Errno) -> Bool
  func loadProgram(_ program: BPFProgram, maps: [Int32]) throws(Errno) -> Int32
  func attach(_ program: Int32, to target: Int32, as type: BPFProgram) throws(Errno)

  // The end.
  func muteCtrlAltDel() throws(Errno)
  func sync()
  func powerOff() -> Never
}

/// An error of a system call.
public struct Errno: Error, Equatable {
  public let code: Int32
  public init(_ code: Int32) { self.code = code }

  public static let noEntry = Errno(2)
  public static let interrupted = Errno(4)
  public static let noDeviceAddress = Errno(6)
  public static let noChild = Errno(10)
  public static let again = Errno(11)
  public static let accessDenied = Errno(13)
  public static let exists = Errno(17)
  public static let noDevice = Errno(19)
  public static let notFolder = Errno(20)
  public static let isFolder = Errno(21)
  public static let invalid = Errno(22)
  public static let noSpaceInBuffer = Errno(105)
  public static let notTerminal = Errno(25)
  public static let readOnly = Errno(30)
}

/// Flags of `mount(2)`, by their kernel numbers.
public struct MountFlags: OptionSet, Sendable {
  public let rawValue: UInt
  public init(rawValue: UInt) { self.rawValue = rawValue }
  public static let readOnly = MountFlags(rawValue: 1)
  public static let noSetUID = MountFlags(rawValue: 2)
  public static let noDevices = MountFlags(rawValue: 4)
  public static let noExecute = MountFlags(rawValue: 8)
  public static let noAccessTime = MountFlags(rawValue: 1024)
  public static let bind = MountFlags(rawValue: 4096)
  public static let recursive = MountFlags(rawValue: 16384)
}

/// Flags of `open(2)`, by their kernel numbers.
public struct OpenFlags: OptionSet, Sendable {
  public let rawValue: Int32
  public init(rawValue: Int32) { self.rawValue = rawValue }
  public static let read: OpenFlags = []
  public static let write = OpenFlags(rawValue: 1)
  public static let readWrite = OpenFlags(rawValue: 2)
  /// A new file is made with mode 0644.
  public static let create = OpenFlags(rawValue: 0o100)
  public static let truncate = OpenFlags(rawValue: 0o1000)
  public static let noControlTerminal = OpenFlags(rawValue: 0o400)
  public static let nonBlocking = OpenFlags(rawValue: 0o4000)
  public static let folder = OpenFlags(rawValue: 0o200000)
}

/// The maps that the programs of `bpf/ports.bpf.c` share, in the order of their numbers there.
public enum BPFMap: Int, CaseIterable {
  case exports, flows, waiting, ring
}

/// The programs of `bpf/ports.bpf.c`.
public enum BPFProgram {
  case ingress, egress
  /// The same where UDP ports are exported.
  case ingressWithUDP, egressWithUDP
  case listen
}
