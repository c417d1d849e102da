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
    record.hasTerminal = true
    record.keepsStdin = true
    record.isTemporary = true
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

  /// QEMU's pid file is a pipe here. A reader that looks at it before the lock waits there until the launcher has gone.
  @Test("an instance is never taken for over while its launcher hands it to QEMU")
  func handOver() throws {
    let claim = try store.create(name: nil, record: record())
    let pidFile = claim.instance.path(QemuFile.pid)
    try checked("make \(pidFile)") { mkfifo(pidFile, 0o600) }
    let done = try Thread.start {
      usleep(200_000)
      claim.release()
      let opened = open(pidFile, O_RDWR)
      usleep(2_000_000)
      close(opened)
    }
    #expect(!claim.instance.isOver)
    var end: UInt8 = 0
    #expect(read(done, &end, 1) == 0)
    close(done)
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
    #expect(store.all().count == 2)
    second.release()
    third.release()
  }

  @Test("instances are listed from the oldest to the newest")
  func order() throws {
    try ended("b", created: 2)
    try ended("a", created: 3)
    try ended("c", created: 1)
    #expect(store.all().map(\.name) == ["c", "b", "a"])
    #expect(try store.instance(named: nil).name == "a")
    #expect(throws: HostError.self) { try store.live(named: []) }
  }

  @Test("folders that are no instances, and their files, are left alone")
  func strangers() throws {
    try ended("a")
    try Files.makeFolder(store.folder + "/stranger")
    try Files.create(store.folder + "/file", contents: [])
    #expect(store.all().map(\.name) == ["a"])
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
    #expect(store.all().map(\.name).sorted() == ["alive", "kept", "new"])
    alive.release()
  }

  @Test("an instance that is being launched can't be removed")
  func remove() throws {
    let claim = try store.create(name: nil, record: record())
    #expect(throws: HostError.self) { try store.remove(claim.instance) }
    claim.release()
    try store.remove(claim.instance)
    #expect(store.all().isEmpty)
  }

  @Test("the folder of an instance is its owner's alone")
  func permissions() throws {
    let instance = try ended()
    #expect(try Files.status(of: instance.folder)?.st_mode == S_IFDIR | 0o700)
    #expect(try Files.status(of: instance.path(InstanceFile.record))?.st_mode == S_IFREG | 0o600)
  }

  // Events

  @Test("of the events the last exit counts, refusals are listed once, and other lines are ignored")
  func events() throws {
    let log = try ended(
      events: #"{"event":"booted","arrow":"web"}"#, "rubbish", #"{"event":"seccomp","syscall":"mount"}"#,
      #"{"event":"exited","code":1,"reason":"exited"}"#, #"{"event":"seccomp","syscall":"mount"}"#,
      #"{"event":"seccomp","syscall":"bpf"}"#, #"{"event":"exited","code":300,"reason":"exited"}"#,
      #"{"event":"exited","code":137,"signal":9,"reason":"oom"}"#, #"{"event":"error","stage":"S","message":"m"}"#
    ).events
    #expect(log.isBooted)
    #expect(!log.isReady)
    #expect(log.exit == .init(code: 137, signal: 9, reason: .oom))
    #expect(log.refusedSystemCalls == ["mount", "bpf"])
    #expect(log.errors.map(\.message) == ["m"])
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
