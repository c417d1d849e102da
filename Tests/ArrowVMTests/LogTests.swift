import ArrowHost
import ArrowSpec
import Glibc
import TestSupport
import Testing

@testable import ArrowVM

/// The files that hold the guest's output, and the holes that their bounds make in them.
@Suite("Logs")
struct LogTests {
  private let scratch = Scratch("vm-test")
  private let store: InstanceStore

  init() { store = InstanceStore(folder: scratch.url("instances"), Qemu(on: .current())) }

  private func instance(logSize: Int) throws -> Instance {
    var record = InstanceRecord(arrow: "web", image: "/image", created: 1)
    record.logSize = logSize
    let claim = try store.create(name: nil, record: record)
    defer { claim.release() }
    try claim.instance.reserveEvents()
    try claim.instance.makeLogs()
    return claim.instance
  }

  private func append(_ bytes: [UInt8], to path: String) throws {
    let file = try Files.open(path, O_WRONLY | O_APPEND)
    defer { close(file) }
    try Files.write(bytes, to: file, path: path)
  }

  /// What a reader of the file gets.
  private func copied(_ instance: Instance, _ name: String, _ start: LogTail.File.Start = .beginning) throws -> [UInt8]
  {
    try Files.remove(scratch.url("copy"))
    let target = try Files.open(scratch.url("copy"), O_WRONLY | O_CREAT, mode: 0o600)
    defer { close(target) }
    try LogTail([.init(name: name, target: target, start: start)], in: instance.folder).copy()
    return try Files.contents(of: scratch.url("copy"))
  }

  /// Lines of eight bytes, numbered.
  private func lines(_ numbers: Range<Int>) -> [UInt8] {
    numbers.flatMap { number in Array(String(10_000_000 + number).utf8.dropFirst()) + [UInt8(ascii: "\n")] }
  }

  @Test(
    "the last lines of a file, whether the last one is complete or not",
    arguments: [
      (0, "", ""), (1, "c\n", "d"), (2, "b\nc\n", "c\nd"), (3, "a\nb\nc\n", "b\nc\nd"), (9, "a\nb\nc\n", "a\nb\nc\nd"),
    ])
  func lastLines(count: Int, complete: String, incomplete: String) throws {
    for (text, expected) in [("a\nb\nc\n", complete), ("a\nb\nc\nd", incomplete)] {
      let instance = try instance(logSize: 0)
      try append(Array(text.utf8), to: instance.path(InstanceFile.stdout))
      let seen = try copied(instance, InstanceFile.stdout, .lastLines(count))
      #expect(String(decoding: seen, as: UTF8.self) == expected)
    }
  }

  @Test("the last lines of a file are found, also when it is longer than one read")
  func lastLongLines() throws {
    let path = scratch.url("long")
    let long = String(repeating: "x", count: 200_000) + "\n"
    try Files.create(path, contents: Array((long + long + "end\n").utf8))
    let file = try #require(try LogFile(path))
    #expect(try file.start(ofLastLines: 2) == 200_001)
    #expect(try file.start(ofLastLines: 3) == 0)
    #expect(try LogFile(scratch.url("none")) == nil)
  }

  @Test("a bounded log loses its beginning and nothing else; its size on the disk stays bounded")
  func bounded() throws {
    let size = 256 << 10
    let instance = try instance(logSize: size)
    let path = instance.path(InstanceFile.stdout)
    let bounds = LogBounds(instance)
    for round in 0..<40 {
      try append(lines(round * 10_000..<round * 10_000 + 10_000), to: path)
      bounds.apply()
    }
    let seen = try copied(instance, InstanceFile.stdout)
    #expect(lines(0..<400_000).suffix(seen.count).elementsEqual(seen))
    #expect((size * 3 / 4...size).contains(seen.count), "\(seen.count)")
    let status = try #require(try Files.status(of: path))
    #expect(status.st_size == 3_200_000)
    #expect(status.st_blocks * 512 <= size + 65536)
    // Over the hole there are no more lines than those that are left.
    #expect(try copied(instance, InstanceFile.stdout, .lastLines(3)) == lines(399_997..<400_000))
    #expect(try copied(instance, InstanceFile.stdout, .lastLines(400_000)) == seen)
  }

  @Test("a reader that is in the part that goes passes over it, and goes on with what is left")
  func followed() throws {
    let instance = try instance(logSize: 256 << 10)
    let path = instance.path(InstanceFile.stdout)
    let target = try Files.open(scratch.url("copy"), O_WRONLY | O_CREAT, mode: 0o600)
    defer { close(target) }
    let tail = try LogTail([.init(name: InstanceFile.stdout, target: target)], in: instance.folder)
    try append(lines(0..<10), to: path)
    try tail.copy()
    try append(lines(10..<100_000), to: path)
    LogBounds(instance).apply()
    try tail.copy()
    let seen = try Files.contents(of: scratch.url("copy"))
    #expect(seen.starts(with: lines(0..<10)))
    let rest = seen.dropFirst(80)
    #expect(rest.count < 256 << 10 && lines(0..<100_000).suffix(rest.count).elementsEqual(rest))
  }

  @Test("a reader of a file that grows while it is read gets all of it")
  func growing() async throws {
    let instance = try instance(logSize: 0)
    let path = instance.path(InstanceFile.stdout)
    let target = try Files.open(scratch.url("copy"), O_WRONLY | O_CREAT, mode: 0o600)
    defer { close(target) }
    let tail = try LogTail([.init(name: InstanceFile.stdout, target: target)], in: instance.folder)
    let chunk = lines(0..<8)
    let writer = Task.detached {
      let file = try Files.open(path, O_WRONLY | O_APPEND)
      defer { close(file) }
      for _ in 0..<200_000 { try Files.write(chunk, to: file, path: path) }
    }
    var status = stat()
    repeat {
      try tail.copy()
      #expect(stat(path, &status) == 0)
    } while status.st_size < 200_000 * chunk.count
    try await writer.value
    try tail.copy()
    #expect(try Files.contents(of: scratch.url("copy")).count == 200_000 * chunk.count)
  }

  @Test("what has not been copied stays, and zeros that a task wrote are no hole")
  func copiedOnly() throws {
    let instance = try instance(logSize: 256 << 10)
    let path = instance.path(InstanceFile.stderr)
    let zeros = [UInt8](repeating: 0, count: 1 << 20)
    try append(zeros, to: path)
    let bounds = LogBounds(instance)
    bounds.apply(to: InstanceFile.stderr, copied: 100_000)
    #expect(try copied(instance, InstanceFile.stderr) == [UInt8](repeating: 0, count: 1 << 20 - 1 << 16))
    bounds.apply(except: [InstanceFile.stderr])
    #expect(try copied(instance, InstanceFile.stderr).count == 1 << 20 - 1 << 16)
  }

  @Test("a guest that floods its events keeps the first and the last ones, and bounds hold")
  func events() throws {
    let instance = try instance(logSize: 0)
    let path = instance.path(InstanceFile.events)
    try append(Array("{\"event\":\"booted\",\"arrow\":\"web\"}\n".utf8), to: path)
    let bounds = LogBounds(instance)
    for _ in 0..<40 {
      try append([UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20), to: path)
      bounds.apply()
    }
    try append(Array("\n{\"event\":\"output\",\"stdout\":1,\"stderr\":2}\n".utf8), to: path)
    try append(Array("{\"event\":\"exited\",\"code\":7,\"reason\":\"exited\"}\n".utf8), to: path)
    #expect(instance.events.isBooted)
    #expect(instance.events.exit?.code == 7)
    let status = try #require(try Files.status(of: path))
    #expect(status.st_blocks * 512 <= 5 << 20)
    #expect(instance.lostOutput.map(\.bytes) == [1, 2])
  }

  @Test(
    "what is no file in a log's place is an error that names it, and nobody waits for it", arguments: [true, false])
  func noFile(isFIFO: Bool) throws {
    let instance = try instance(logSize: 0)
    let path = instance.path(InstanceFile.stdout)
    try Files.remove(path)
    if isFIFO { #expect(mkfifo(path, 0o600) == 0) } else { try Files.makeFolder(path) }
    let error = #expect(throws: HostError.self) { try InstanceLog(instance, .stdout).show(following: true) }
    #expect(error?.message == "cannot read \(path): it is not a file")
    try Files.remove(path)
    let gone = #expect(throws: HostError.self) { try InstanceLog(instance, .stdout).show(following: false) }
    #expect(gone?.message == "cannot read \(path): No such file or directory")
  }

  @Test(
    "a log's size is docker's, or none",
    arguments: [
      ("none", 0), ("10m", 10 << 20), ("256k", 256 << 10), ("1G", 1 << 30), ("300000", 300_000), ("262144b", 262_144),
    ])
  func size(text: String, bytes: Int) throws {
    #expect(try LogSize.bytes(text) == bytes)
  }

  @Test(
    "another size of a log is refused",
    arguments: ["", "m", "0", "-1", "1k", "1.5m", "10mb", "9999999999g", "99999999999999999999", "٣m", "2000000g"])
  func wrongSize(text: String) {
    #expect(throws: HostError.self) { try LogSize.bytes(text) }
  }
}
