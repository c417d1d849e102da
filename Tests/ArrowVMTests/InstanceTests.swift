import ArrowHost
import ArrowSpec
import Glibc
import TestSupport
import Testing

@testable import ArrowVM

@Suite("Instances")
struct InstanceTests {
  private let scratch = Scratch("vm-test")
  private let store: InstanceStore

  init() { store = InstanceStore(folder: scratch.url("instances"), Qemu(on: .current())) }

  private func record(_ arrow: String = "web", created: Int = 1) -> InstanceRecord {
    InstanceRecord(arrow: arrow, image: "/image", created: created)
  }

  /// An instance that has ended, with these lines in its events.
  @discardableResult
  private func ended(_ name: String? = nil, created: Int = 1, events: String...) throws -> Instance {
    let claim = try store.create(name: name, record: record(created: created))
    defer { claim.release() }
    let text = events.map { $0 + "\n" }.joined()
    try Files.create(claim.instance.path(InstanceFile.events), contents: Array(text.utf8))
    return claim.instance
  }

  // Records

  @Test("a record is read as it was written")
  func recordRoundTrip() throws {
    var record = record("web \"1\"", created: 1_700_000_000_123_456_789)
    record.ports = [.init(proto: .tcp, hostAddress: "127.0.0.1", hostPort: 3008, guestPort: 80, port: 8080)]
    record.accelerator = "tcg"
    record.memoryMiB = 64
    record.stopTimeout = 30
    record.reachesHostLoopback = true
    record.hasTerminal = true
    record.keepsStdin = true
    record.isTemporary = true
    record.volumes = [.init(path: "/a", isReadOnly: true), .init(path: "/b", isReadOnly: false)]
    record.logSize = 10 << 20
    record.bootTimeout = 5
    record.command = ["/usr/bin/qemu", "-append", "a b"]
    #expect(InstanceRecord(json: Array(record.json.utf8)) == record)
  }

  @Test(
    "text that is no record is refused",
    arguments: ["", "{}", "[]", "{\"arrow\":1,\"image\":\"\",\"created\":1}", "{\"arrow\":\"a\""])
  func noRecord(text: String) {
    #expect(InstanceRecord(json: Array(text.utf8)) == nil)
  }

  @Test("a record of an older actrl, whose ports were texts, is read without them")
  func olderRecord() throws {
    let text = #"{"arrow":"web","image":"/image","created":1,"ports":["127.0.0.1:3008->8080/tcp",{"proto":"sctp"},7]}"#
    let record = try #require(InstanceRecord(json: Array(text.utf8)))
    #expect(record.arrow == "web")
    #expect(record.ports.isEmpty)
  }

  @Test("times are RFC 3339 in UTC")
  func time() {
    #expect(Instance.time(nanoseconds: 0) == "1970-01-01T00:00:00Z")
    #expect(Instance.time(nanoseconds: 1_791_000_000_999_999_999) == "2026-10-03T04:00:00Z")
  }

  // States

  @Test("an instance is starting while it is launched, lost when nothing came of that, exited when the guest said so")
  func states() throws {
    let claim = try store.create(name: nil, record: record())
    #expect(claim.instance.state == .starting)
    #expect(!claim.instance.isOver)
    claim.release()
    #expect(claim.instance.state == .lost)
    #expect(claim.instance.isOver)
    #expect(
      try ended(events: #"{"event":"booted"}"#, #"{"event":"exited","code":7,"reason":"exited"}"#).state == .exited(7))
    #expect(try ended(events: #"{"event":"booted"}"#, #"{"event":"exited","code":"#).state == .lost)
  }

  @Test("a pid file that nobody holds means no process, whatever number is in it")
  func stalePid() throws {
    let instance = try ended()
    try Files.create(instance.path(QemuFile.pid), contents: Array("\(getppid())\n".utf8))
    #expect(instance.processIdentifier == nil)
    #expect(instance.process == nil)
    #expect(try instance.stop(timeout: nil) == .stopped)
    #expect(try instance.kill() == .stopped)
    #expect(instance.ask(.stop) == false)
  }

  @Test("a kill on demand is recorded behind an unfinished line of the guest, and never replaces its own report")
  func recordKill() throws {
    let silent = try ended("silent")
    try Files.remove(silent.path(InstanceFile.events))
    try Files.create(silent.path(InstanceFile.events), contents: Array(#"{"event":"exi"#.utf8))
    silent.recordKill()
    #expect(silent.events.exit == .init(code: 137, signal: 9, reason: .stopped))
    let spoken = try ended("spoken", events: #"{"event":"exited","code":3,"reason":"exited"}"#)
    spoken.recordKill()
    #expect(spoken.events.exit == .init(code: 3, signal: nil, reason: .exited))
  }

  // The store

  @Test("the state is kept below XDG_STATE_HOME, or else below the home folder")
  func place() throws {
    func folder(_ environment: [String: String]) throws -> String {
      try Host(environment: environment, folder: "/", executable: "/actrl").store().folder
    }
    #expect(try folder(["XDG_STATE_HOME": "/s", "HOME": "/h"]) == "/s/arrow/instances")
    #expect(try folder(["HOME": "/h"]) == "/h/.local/state/arrow/instances")
    // The XDG specification: a relative path is to be ignored.
    #expect(try folder(["XDG_STATE_HOME": "s", "HOME": "/h"]) == "/h/.local/state/arrow/instances")
    #expect(throws: HostError.self) { try folder([:]) }
  }

  @Test("an instance is called as its arrow, with a number while others live; an ended one's name is used again")
  func names() throws {
    let first = try store.create(name: nil, record: record())
    let second = try store.create(name: nil, record: record())
    #expect([first, second].map(\.instance.name) == ["web", "web-2"])
    #expect(throws: HostError.self) { try store.create(name: "web", record: record()) }
    first.release()
    let third = try store.create(name: nil, record: record())
    #expect(third.instance.name == "web")
    #expect(try store.all().count == 2)
    second.release()
    third.release()
  }

  @Test("instances are listed from the oldest to the newest")
  func order() throws {
    try ended("b", created: 2)
    try ended("a", created: 3)
    try ended("c", created: 1)
    #expect(try store.all().map(\.name) == ["c", "b", "a"])
    #expect(try store.instance(named: nil).name == "a")
    #expect(throws: HostError.self) { try store.live(named: []) }
  }

  @Test("folders that are no instances, and their files, are left alone")
  func strangers() throws {
    try ended("a")
    try Files.makeFolder(store.folder + "/stranger")
    try Files.create(store.folder + "/file", contents: [])
    #expect(try store.all().map(\.name) == ["a"])
    #expect(throws: HostError.self) { try store.instance(named: "stranger") }
    #expect(throws: HostError.self) { try store.instance(named: "../instances/a") }
  }

  @Test("the next shot removes what a killed foreground shot left, and nothing else")
  func sweep() throws {
    try ended("kept")
    var temporary = record()
    temporary.isTemporary = true
    try store.create(name: "left", record: temporary).release()
    let alive = try store.create(name: "alive", record: temporary)
    try store.create(name: "new", record: record()).release()
    #expect(try store.all().map(\.name).sorted() == ["alive", "kept", "new"])
    alive.release()
  }

  @Test("an instance that is being launched can't be removed")
  func remove() throws {
    let claim = try store.create(name: nil, record: record())
    #expect(throws: HostError.self) { try store.remove(claim.instance) }
    claim.release()
    try store.remove(claim.instance)
    #expect(try store.all().isEmpty)
  }

  @Test("the folder of an instance is its owner's alone")
  func permissions() throws {
    let instance = try ended()
    #expect(try Files.status(of: instance.folder)?.st_mode == S_IFDIR | 0o700)
    #expect(try Files.status(of: instance.path(InstanceFile.record))?.st_mode == S_IFREG | 0o600)
  }

  @Test(
    "an ended instance whose record is damaged is listed with the reason, and can be removed",
    arguments: [
      ("rm R", "No such file or directory"), (": >R", "no record"), ("echo '{}' >R", "no record"),
      ("truncate -s 5G R", "no record"), ("rm R; mkdir R", "it is a folder"), ("rm R; mkfifo R", "it is a FIFO"),
      ("rm R; ln -s /dev/zero R", "it is a device"), ("rm R; ln -s R R", "Too many levels"),
    ])
  func damagedRecord(_ damage: String, _ reason: String) throws {
    let instance = try ended("hurt", events: #"{"event":"exited","code":7,"reason":"exited"}"#)
    let command = "cd \(instance.folder) && \(damage.replacing("R", with: InstanceFile.record))"
    #expect(try #require(try ShortProcess.output(["/bin/sh", "-c", command], seconds: 10)).status == 0)
    let found = try store.instance(named: "hurt")
    #expect(found.problem?.contains(reason) == true, "\(found.problem ?? "no problem")")
    #expect(found.state == .exited(7))
    #expect(try found.stop(timeout: nil) == .stopped)
    #expect(found.description.contains("\"problem\""))
    try store.remove(found)
    #expect(try store.all().isEmpty)
  }

  @Test(
    "what stands in a file's place neither hangs nor ends a command",
    arguments: [InstanceFile.events, InstanceFile.control, InstanceFile.stdout, QemuFile.pid, QemuFile.log])
  func wrongKinds(_ file: String) throws {
    for damage in ["mkfifo $F", "mkdir $F", "ln -s /dev/zero $F", "ln -s nowhere $F", ": >$F"] {
      let instance = try ended("hurt")
      let command = "cd \(instance.folder) && F=\(file) && rm -f $F && \(damage)"
      #expect(try #require(try ShortProcess.output(["/bin/sh", "-c", command], seconds: 10)).status == 0)
      #expect(instance.state == .lost)
      instance.recordKill()
      #expect(!instance.ask(.stop))
      _ = instance.failure(status: 0)
      _ = try? LogFile(instance.path(file))?.start(ofLastLines: 3)
      try store.remove(instance)
    }
  }

  @Test("a state folder that can't be read is an error and no empty list; one that is not there yet is empty")
  func unreadableStore() throws {
    #expect(try store.all().isEmpty)
    try Files.makeFolder(scratch.url("place"))
    func problem(_ make: (String) throws -> Void) throws -> String {
      let path = scratch.url("place/state")
      try Files.remove(path)
      try make(path)
      let store = InstanceStore(folder: path, Qemu(on: .current()))
      let errors = [
        #expect(throws: HostError.self) { try store.all() }, #expect(throws: HostError.self) { try store.freeBytes() },
      ]
      return errors[0]?.message ?? ""
    }
    #expect(try problem { try Files.create($0, contents: []) }.contains("Not a directory"))
    #expect(try problem { try Files.makeLink($0, to: "/nowhere/at/all") }.contains("No such file"))
    if geteuid() == 0 {
      #expect(
        try problem {
          try Files.makeFolder($0)
          chown($0, 12345, 12345)
        }.contains("belongs to the user 12345"))
    }
  }

  @Test("an instance that leaves nothing never takes the place of an ended one")
  func keepsEnded() throws {
    try ended("web")
    var temporary = record()
    temporary.isTemporary = true
    let claim = try store.create(name: nil, record: temporary)
    #expect(claim.instance.name == "web-2")
    #expect(throws: HostError.self) { try store.create(name: "web", record: temporary) }
    try store.discard(claim)
    #expect(try store.all().map(\.name) == ["web"])
  }

  @Test("a folder that a killed actrl was making or removing is swept by the next shot, and is no instance meanwhile")
  func leftovers() throws {
    try ended("web")
    for name in [".new", ".removed"] {
      try Files.makeFolder("\(store.folder)/\(name)")
      try Files.create("\(store.folder)/\(name)/\(InstanceFile.record)", contents: [])
    }
    #expect(try store.all().map(\.name) == ["web"])
    try ended("job")
    #expect(try Files.names(in: store.folder).map { String(decoding: $0, as: UTF8.self) } == [".lock", "job", "web"])
  }

  @Test("no wait is too long for the clock", arguments: [-1, 0, 1, 1e9, 99_999_999_999, 9e18, .infinity])
  func deadlines(_ seconds: Double) {
    #expect(Deadline.after(seconds: seconds).hasPassed == (seconds <= 0))
  }

  // Events

  @Test("of the events the last exit counts, refusals are listed once, and other lines are ignored")
  func events() throws {
    let log = try ended(
      events: #"{"event":"booted","arrow":"web"}"#, "rubbish", #"{"event":"seccomp","syscall":"mount"}"#,
      #"{"event":"exited","code":1,"reason":"exited"}"#, #"{"event":"seccomp","syscall":"mount"}"#,
      #"{"event":"seccomp","syscall":"bpf"}"#, #"{"event":"seccomp","more":36}"#, #"{"event":"seccomp","more":6}"#,
      #"{"event":"exited","code":300,"reason":"exited"}"#,
      #"{"event":"exited","code":137,"signal":9,"reason":"oom"}"#, #"{"event":"error","stage":"S","message":"m"}"#
    ).events
    #expect(log.isBooted)
    #expect(!log.isReady)
    #expect(log.exit == .init(code: 137, signal: 9, reason: .oom))
    #expect(log.refusedSystemCalls == ["mount", "bpf"])
    #expect(log.unnamedRefusals == 42)
    #expect(log.errors.map(\.message) == ["m"])
  }

  @Test("what the task was denied is listed once each, with the option that allows it, and never without an end")
  func denied() throws {
    let first = #"{"event":"denied","address":"10.0.2.2","port":5432,"proto":"tcp"}"#
    let instance = try ended(
      events: first, first, #"{"event":"denied","address":"fec0:0:0:0:0:0:0:2","port":53,"proto":"udp"}"#,
      #"{"event":"denied"}"#)
    #expect(instance.events.deniedDestinations == ["10.0.2.2:5432/tcp", "[fec0::2]:53/udp", "others"])
    #expect(
      instance.notices == [
        """
        the task tried to reach 10.0.2.2:5432/tcp, [fec0::2]:53/udp, others, which is this host's loopback
          hint: --host-loopback allows it
        """
      ])
    #expect(try ended().notices == [])
    let flood = (1...100).map { #"{"event":"denied","address":"10.0.2.2","port":\#($0),"proto":"tcp"}"# }
    let log = try ended(events: flood.joined(separator: "\n")).events
    #expect(log.deniedDestinations.count == 17)
  }

  @Test("a guest that floods its events is read at both ends only, and its exit is found")
  func flood() throws {
    let line = #"{"event":"seccomp","syscall":"socket"}"# + "\n"
    let flood = String(repeating: line, count: 2 * EventLog.window / line.utf8.count)
    let instance = try ended(
      events: #"{"event":"ready"}"#, flood, String(repeating: "x", count: 100_000),
      #"{"event":"exited","code":5,"reason":"exited"}"#)
    #expect(instance.events.isReady)
    #expect(instance.events.exit?.code == 5)
  }

  @Test("room for the last words is set aside")
  func reserve() throws {
    let instance = try ended()
    try Files.remove(instance.path(InstanceFile.events))
    try instance.reserveEvents()
    let status = try #require(try Files.status(of: instance.path(InstanceFile.events)))
    #expect(status.st_size == 0)
    // In blocks of 512 bytes; none on a file system that can't reserve room.
    #expect(status.st_blocks == 0 || status.st_blocks >= 128)
  }
}
