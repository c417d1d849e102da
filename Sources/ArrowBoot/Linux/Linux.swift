import ArrowSpec

/// The system calls of the boot, one function per call. The tests have a double that records them.
///
/// Paths are absolute, from the initrd's root. Descriptors are close-on-exec. Sizes are in bytes.
public protocol Linux {
  // Files.
  func mount(_ source: String, on target: String, type: String, flags: MountFlags, data: String) throws(Errno)
  func unmount(_ target: String) throws(Errno)
  /// Changes the flags of the mount on `target` and of all mounts below it (mount_setattr(2)).
  func setMountFlags(_ target: String, set: MountFlags, clear: MountFlags) throws(Errno)
  func makeFolder(_ path: String, mode: UInt32) throws(Errno)
  func makeDevice(_ path: String, mode: UInt32, major: UInt32, minor: UInt32) throws(Errno)
  func makeLink(_ path: String, to target: String) throws(Errno)
  func readLink(_ path: String) throws(Errno) -> String
  /// Where a path leads for a process whose root is `root`.
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
  /// Opens a Unix datagram socket of this name, to receive from. It never blocks.
  func openDatagrams(_ path: String) throws(Errno) -> Int32
  func makeRaw(terminal descriptor: Int32) throws(Errno)
  func setWindow(terminal descriptor: Int32, rows: UInt16, columns: UInt16) throws(Errno)
  func drain(terminal descriptor: Int32)

  // The device mapper. Mappings are read-only and known by their names.
  /// Returns the minor number of the new device: 0 is /dev/dm-0.
  func createMapping(_ name: String) throws(Errno) -> Int32
  /// Puts one target over the whole device. The target defines what `parameters` mean.
  func loadMapping(_ name: String, sectors: UInt64, target: String, parameters: String) throws(Errno)
  func resumeMapping(_ name: String) throws(Errno)
  func mappingStatus(_ name: String) throws(Errno) -> String

  // The task, from fork to exec.
  func pipe() throws(Errno) -> (read: Int32, write: Int32)
  /// A pipe of which the task has one end: it owns the pipe, so it may open it again. The other end never blocks.
  func openTaskPipe(isInput: Bool, uid: UInt32, gid: UInt32) throws(Errno) -> TaskPipe
  /// Moves what is in the pipe, and says how much: 0 where it is empty. EAGAIN where `target` has no room.
  func splice(_ pipe: Int32, to target: Int32) throws(Errno) -> Int
  /// How many bytes are in the pipe.
  func unread(in pipe: Int32) throws(Errno) -> Int
  func fork() throws(Errno) -> Int32
  func exit(_ code: Int32) -> Never
  func newSession() throws(Errno)
  func controlTerminal(_ descriptor: Int32) throws(Errno)
  func duplicate(_ descriptor: Int32, to target: Int32, closeOnExec: Bool) throws(Errno)
  /// Closes this descriptor and all above it at exec.
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
  /// The number of the next signal; `nil` when none is waiting.
  func readSignal(_ descriptor: Int32) throws(Errno) -> Int32?
  /// `pid` -1 means every process except PID 1.
  func send(_ signal: Int32, to pid: Int32) throws(Errno)
  /// A child that has ended, and its wait status; `nil` when none has. Throws ECHILD when there is no child at all.
  func reap() throws(Errno) -> (pid: Int32, status: Int32)?
  /// Blocks until the descriptor is readable or `timeout` is over. It is in ms; -1 means forever.
  func waitReadable(_ descriptor: Int32, timeout: Int32) throws(Errno) -> Bool
  /// Blocks until the descriptor takes bytes or `timeout` is over.
  func waitWritable(_ descriptor: Int32, timeout: Int32) throws(Errno) -> Bool
  func openPoll() throws(Errno) -> Int32
  /// From now on, ``wait(_:timeout:)`` reports each arrival on `descriptor` once (edge-triggered): read all there is.
  func watch(_ descriptor: Int32, on poll: Int32) throws(Errno)
  /// The same for room to write. A descriptor is watched for one of the two.
  func watchOutput(_ descriptor: Int32, on poll: Int32) throws(Errno)
  /// SCHED_BATCH for PID 1, not for what it starts: a wake-up of it does not interrupt the task.
  func setBatchScheduling() throws(Errno)
  /// The watched descriptors where something has arrived; none when `timeout` is over. It is in ms; -1 means forever.
  func wait(_ poll: Int32, timeout: Int32) throws(Errno) -> [Int32]
  /// CLOCK_MONOTONIC, in ms.
  func now() -> UInt64
  /// CLOCK_REALTIME, in seconds.
  func wallClock() -> Int64
  func setWallClock(_ seconds: Int64) throws(Errno)
  /// The time of the machine's own clock (rtc(4)), in seconds.
  func readRTC(_ descriptor: Int32) throws(Errno) -> Int64
  /// In bytes.
  func freeMemory() -> UInt64

  // Network.
  func setHostname(_ name: String) throws(Errno)
  func linkUp(_ index: Int32) throws(Errno)
  func addAddress(_ address: IPAddress, prefixLength: Int, to index: Int32) throws(Errno)
  /// When the last address of a family goes, the kernel removes its routes too.
  func removeAddress(_ address: IPAddress, prefixLength: Int, from index: Int32) throws(Errno)
  func setMTU(_ mtu: Int, of index: Int32) throws(Errno)
  func addRoute(_ route: Route, on index: Int32) throws(Errno)
  func openDHCP(on interface: String) throws(Errno) -> Int32
  /// `server` nil means a broadcast.
  func sendDHCP(_ message: [UInt8], to server: IPAddress?, on descriptor: Int32) throws(Errno)
  func random() -> UInt32
  func openDeviceEvents() throws(Errno) -> Int32
  /// What routers advertise apart from addresses and routes: each option behind a netlink header.
  func openRouterNews() throws(Errno) -> Int32

  /// The kernel's audit records, each behind a netlink header.
  func openAudit() throws(Errno) -> Int32

  // BPF.
  func createMap(_ map: BPFMap) throws(Errno) -> Int32
  func updateMap(_ map: Int32, key: [UInt8], value: [UInt8]) throws(Errno)
  func isEmpty(map: Int32) throws(Errno) -> Bool
  /// At most `count` of the map's keys, each of `size` bytes.
  func keys(of map: Int32, size: Int, atMost count: Int) throws(Errno) -> [[UInt8]]
  func loadProgram(_ program: BPFProgram, maps: [Int32]) throws(Errno) -> Int32
  func attach(_ program: Int32, to target: Int32, as type: BPFProgram) throws(Errno)

  // The end.
  func muteCtrlAltDel() throws(Errno)
  func sync()
  func powerOff() -> Never
}
