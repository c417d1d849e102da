import ArrowSpec
import CLinux

/// ``Linux`` on the running kernel.
public struct KernelCalls: Linux {
  public init() {}

  public func mount(_ source: String, on target: String, type: String, flags: MountFlags, data: String) throws(Errno) {
    try check(cl_mount(source, target, type, flags.rawValue, data))
  }
  public func unmount(_ target: String) throws(Errno) { try check(cl_unmount(target)) }
  public func setMountFlags(_ target: String, set: MountFlags, clear: MountFlags) throws(Errno) {
    try check(cl_set_mount_flags(target, set.attributes, clear.attributes))
  }
  public func makeFolder(_ path: String, mode: UInt32) throws(Errno) { try check(cl_mkdir(path, mode)) }
  public func makeDevice(_ path: String, mode: UInt32, major: UInt32, minor: UInt32) throws(Errno) {
    try check(cl_mknod(path, mode, major, minor))
  }
  public func makeLink(_ path: String, to target: String) throws(Errno) { try check(cl_symlink(target, path)) }
  public func readLink(_ path: String) throws(Errno) -> String {
    let bytes = try filled(4096) { cl_readlink(path, $0, $1) }
    return String(decoding: bytes, as: UTF8.self)
  }
  public func realPath(_ path: String, in root: String) throws(Errno) -> String {
    let bytes = try filled(4096) { cl_real_path(root, path, $0, $1) }
    return String(decoding: bytes, as: UTF8.self)
  }
  public func fileMode(_ path: String) throws(Errno) -> UInt32 { UInt32(try check(cl_file_mode(path))) }
  public func fileSize(_ path: String) throws(Errno) -> Int { Int(try check(cl_file_size(path))) }
  public func setMode(_ path: String, _ mode: UInt32) throws(Errno) { try check(cl_set_mode(path, mode)) }
  public func setOwner(_ path: String, uid: UInt32, gid: UInt32) throws(Errno) {
    try check(cl_set_owner(path, uid, gid))
  }
  public func open(_ path: String, _ flags: OpenFlags) throws(Errno) -> Int32 {
    try check(cl_open(path, flags.rawValue, 0o644))
  }
  public func close(_ descriptor: Int32) { _ = cl_close(descriptor) }
  public func read(_ descriptor: Int32, atMost count: Int) throws(Errno) -> [UInt8] {
    try filled(count) { cl_read(descriptor, $0, $1) }
  }
  public func read(_ descriptor: Int32, atMost count: Int, at offset: Int) throws(Errno) -> [UInt8] {
    try filled(count) { cl_read_at(descriptor, $0, $1, Int64(offset)) }
  }
  public func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) throws(Errno) -> Int {
    try check(bytes.withUnsafeBytes { cl_write(descriptor, $0.baseAddress, $0.count) })
  }
  public func names(in folder: String) throws(Errno) -> [String] {
    let descriptor = try open(folder, [.read, .folder])
    defer { close(descriptor) }
    var names: [String] = []
    while true {
      let packed = try filled(2048) { cl_read_folder(descriptor, $0, $1) }
      if packed.isEmpty { return names }
      for name in packed.split(separator: 0) where !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8) {
        names.append(String(decoding: name, as: UTF8.self))
      }
    }
  }
  public func openDatagrams(_ path: String) throws(Errno) -> Int32 { try check(cl_open_datagrams(path)) }
  public func makeRaw(terminal descriptor: Int32) throws(Errno) { try check(cl_make_raw(descriptor)) }
  public func setWindow(terminal descriptor: Int32, rows: UInt16, columns: UInt16) throws(Errno) {
    try check(cl_set_window(descriptor, rows, columns))
  }
  public func drain(terminal descriptor: Int32) { _ = cl_drain_terminal(descriptor) }

  public func createMapping(_ name: String) throws(Errno) -> Int32 { try check(cl_mapping_create(name)) }
  public func loadMapping(_ name: String, sectors: UInt64, target: String, parameters: String) throws(Errno) {
    try check(cl_mapping_load(name, sectors, target, parameters))
  }
  public func resumeMapping(_ name: String) throws(Errno) { try check(cl_mapping_resume(name)) }
  public func mappingStatus(_ name: String) throws(Errno) -> String {
    let bytes = try filled(256) { cl_mapping_status(name, $0?.assumingMemoryBound(to: CChar.self), $1) }
    return String(decoding: bytes, as: UTF8.self)
  }

  public func pipe() throws(Errno) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    try check(cl_pipe(&ends))
    return (ends[0], ends[1])
  }
  public func openTaskPipe(isInput: Bool, uid: UInt32, gid: UInt32) throws(Errno) -> TaskPipe {
    var ends: [Int32] = [0, 0]
    try check(cl_task_pipe(&ends, isInput ? 0 : 1, uid, gid))
    return isInput ? TaskPipe(ours: ends[1], task: ends[0]) : TaskPipe(ours: ends[0], task: ends[1])
  }
  public func splice(_ pipe: Int32, to target: Int32) throws(Errno) -> Int { try check(cl_splice(pipe, target)) }
  public func unread(in pipe: Int32) throws(Errno) -> Int { Int(try check(cl_unread(pipe))) }
  public func fork() throws(Errno) -> Int32 { try check(cl_fork()) }
  public func exit(_ code: Int32) -> Never { cl_exit(code) }
  public func newSession() throws(Errno) { try check(cl_new_session()) }
  public func controlTerminal(_ descriptor: Int32) throws(Errno) { try check(cl_control_terminal(descriptor)) }
  public func duplicate(_ descriptor: Int32, to target: Int32, closeOnExec: Bool) throws(Errno) {
    try check(cl_duplicate(descriptor, target, closeOnExec ? 1 : 0))
  }
  public func closeOnExec(from descriptor: Int32) throws(Errno) { try check(cl_close_on_exec(descriptor)) }
  public func changeRoot(_ path: String) throws(Errno) { try check(cl_change_root(path)) }
  public func changeFolder(_ path: String) throws(Errno) { try check(cl_change_folder(path)) }
  public func setUmask(_ mask: UInt32) { _ = cl_set_umask(mask) }
  public func setLimit(_ limit: Spec.ResourceLimit) throws(Errno) {
    try check(cl_set_limit(limit.resource, limit.soft, limit.hard))
  }
  public func setGroups(_ groups: [UInt32]) throws(Errno) { try check(cl_set_groups(groups, groups.count)) }
  public func setGroup(_ gid: UInt32) throws(Errno) { try check(cl_set_group(gid)) }
  public func setUser(_ uid: UInt32, keepCapabilities: Bool) throws(Errno) {
    try check(cl_set_user(uid, keepCapabilities ? 1 : 0))
  }
  public func keepBounding(_ capabilities: UInt64) throws(Errno) { try check(cl_keep_bounding(capabilities)) }
  public func setCapabilities(_ sets: Spec.Capabilities) throws(Errno) {
    try check(cl_set_capabilities(sets.permitted, sets.effective, sets.inheritable, sets.ambient))
  }
  public func setNoNewPrivileges() throws(Errno) { try check(cl_no_new_privileges()) }
  public func loadFilter(_ program: ArraySlice<UInt8>) throws(Errno) {
    try check(program.withUnsafeBytes { cl_load_filter($0.baseAddress, $0.count) })
  }
  public func execute(_ path: String, _ arguments: [String], environment: [String]) throws(Errno) {
    try check(withCStrings(arguments) { argv in withCStrings(environment) { cl_execute(path, argv, $0) } })
  }

  public func blockSignals() throws(Errno) { try check(cl_block_signals()) }
  public func restoreSignals() throws(Errno) { try check(cl_restore_signals()) }
  public func openSignals() throws(Errno) -> Int32 { try check(cl_open_signals()) }
  public func readSignal(_ descriptor: Int32) throws(Errno) -> Int32? {
    let number = try check(cl_read_signal(descriptor))
    return number == 0 ? nil : number
  }
  public func send(_ signal: Int32, to pid: Int32) throws(Errno) { try check(cl_signal(pid, signal)) }
  public func reap() throws(Errno) -> (pid: Int32, status: Int32)? {
    var status: Int32 = 0
    let pid = try check(cl_reap(&status))
    return pid == 0 ? nil : (pid, status)
  }
  public func waitReadable(_ descriptor: Int32, timeout: Int32) throws(Errno) -> Bool {
    try check(cl_wait_readable(descriptor, timeout)) > 0
  }
  public func waitWritable(_ descriptor: Int32, timeout: Int32) throws(Errno) -> Bool {
    try check(cl_wait_writable(descriptor, timeout)) > 0
  }
  public func openPoll() throws(Errno) -> Int32 { try check(cl_open_poll()) }
  public func watch(_ descriptor: Int32, on poll: Int32) throws(Errno) { try check(cl_watch(poll, descriptor)) }
  public func watchOutput(_ descriptor: Int32, on poll: Int32) throws(Errno) {
    try check(cl_watch_output(poll, descriptor))
  }
  public func setBatchScheduling() throws(Errno) { try check(cl_batch()) }
  public func wait(_ poll: Int32, timeout: Int32) throws(Errno) -> [Int32] {
    var descriptors = [Int32](repeating: 0, count: 4)
    let count = try check(cl_wait(poll, &descriptors, descriptors.count, timeout))
    return Array(descriptors.prefix(Int(count)))
  }
  public func now() -> UInt64 { cl_monotonic_ms() }
  public func wallClock() -> Int64 { cl_wall_clock() }
  public func setWallClock(_ seconds: Int64) throws(Errno) { try check(cl_set_wall_clock(seconds)) }
  public func readRTC(_ descriptor: Int32) throws(Errno) -> Int64 { try check(cl_read_rtc(descriptor)) }
  public func freeMemory() -> UInt64 { cl_free_memory() }

  public func setHostname(_ name: String) throws(Errno) { try check(cl_set_hostname(name, name.utf8.count)) }
  public func linkUp(_ index: Int32) throws(Errno) { try check(cl_link_up(index)) }
  public func addAddress(_ address: IPAddress, prefixLength: Int, to index: Int32) throws(Errno) {
    try check(cl_add_address(index, address.bytes, address.bytes.count, Int32(prefixLength)))
  }
  public func removeAddress(_ address: IPAddress, prefixLength: Int, from index: Int32) throws(Errno) {
    try check(cl_remove_address(index, address.bytes, address.bytes.count, Int32(prefixLength)))
  }
  public func setMTU(_ mtu: Int, of index: Int32) throws(Errno) { try check(cl_set_mtu(index, UInt32(mtu))) }
  public func addRoute(_ route: Route, on index: Int32) throws(Errno) {
    let destination = route.destination.bytes
    let prefixLength = Int32(route.prefixLength)
    try check(cl_add_route(index, destination, destination.count, prefixLength, route.gateway?.bytes))
  }
  public func openDHCP(on interface: String) throws(Errno) -> Int32 { try check(cl_open_dhcp(interface)) }
  public func sendDHCP(_ message: [UInt8], to server: IPAddress?, on descriptor: Int32) throws(Errno) {
    _ = try check(cl_send_dhcp(descriptor, message, message.count, server?.bytes))
  }
  public func random() -> UInt32 { cl_random() }
  public func openRouterNews() throws(Errno) -> Int32 { try check(cl_open_router_news()) }
  public func openDeviceEvents() throws(Errno) -> Int32 { try check(cl_open_uevents()) }
  public func openAudit() throws(Errno) -> Int32 { try check(cl_open_audit()) }

  public func createMap(_ map: BPFMap) throws(Errno) -> Int32 { try check(map.create()) }
  public func updateMap(_ map: Int32, key: [UInt8], value: [UInt8]) throws(Errno) {
    try check(cl_map_update(map, key, value))
  }
  public func isEmpty(map: Int32) throws(Errno) -> Bool {
    var key: UInt32 = 0
    return try check(cl_map_next_key(map, nil, &key)) == 0
  }
  public func keys(of map: Int32, size: Int, atMost count: Int) throws(Errno) -> [[UInt8]] {
    var keys: [[UInt8]] = []
    var next = [UInt8](repeating: 0, count: size)
    while keys.count < count, try check(cl_map_next_key(map, keys.last, &next)) == 1 { keys.append(next) }
    return keys
  }
  public func loadProgram(_ program: BPFProgram, maps: [Int32]) throws(Errno) -> Int32 {
    let instructions = program.instructions(withMaps: maps)
    return try check(
      cl_program_load(program.type, program.attachType, instructions, instructions.count))
  }
  public func attach(_ program: Int32, to target: Int32, as type: BPFProgram) throws(Errno) {
    // The link's descriptor is never closed: it keeps the program attached for as long as PID 1 lives.
    try check(cl_program_attach(program, target, type.attachType))
  }

  public func muteCtrlAltDel() throws(Errno) { try check(cl_mute_ctrl_alt_del()) }
  public func sync() { cl_sync() }
  public func powerOff() -> Never { cl_power_off() }
}

/// The value that a wrapper of CLinux returned. Throws where it is negative, which stands for an error.
@discardableResult
private func check<Number: BinaryInteger>(_ result: Number) throws(Errno) -> Number {
  if result < 0 { throw Errno(-Int32(truncatingIfNeeded: result)) }
  return result
}

/// The bytes that `fill` writes, at most `capacity`; it returns how many.
private func filled(_ capacity: Int, _ fill: (UnsafeMutableRawPointer?, Int) -> Int) throws(Errno) -> [UInt8] {
  var result = 0
  let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
    result = fill(UnsafeMutableRawPointer(buffer.baseAddress), capacity)
    count = max(result, 0)
  }
  try check(result)
  return bytes
}

/// Calls `body` with the strings as execve(2) takes them: a NULL-terminated vector of C strings.
private func withCStrings(_ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> Int32) -> Int32 {
  var bytes: [UInt8] = []
  var starts: [Int] = []
  for string in strings {
    starts.append(bytes.count)
    bytes += Array(string.utf8) + [0]
  }
  return bytes.withUnsafeBytes { buffer in
    body(starts.map { buffer.baseAddress?.advanced(by: $0).assumingMemoryBound(to: CChar.self) } + [nil])
  }
}
