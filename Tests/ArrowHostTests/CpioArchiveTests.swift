import ArrowHost
import TestSupport
import Testing

@Suite("The initrd's archive")
struct CpioArchiveTests {
  @Test("cpio reads the initrd's archive: names, kinds, permissions, device numbers, contents")
  func archive() async throws {
    let scratch = Scratch()
    let bytes = try CpioArchive.bytes(of: [
      .directory("/dev"), .characterDevice("/dev/console", major: 5, minor: 1, mode: 0o600),
      .file("init", contents: Array("hello".utf8), mode: 0o755),
    ])
    #expect(bytes.count % 512 == 0)
    try scratch.write(bytes, to: "archive")
    let list = try await Tool("sh", package: "dash").run(["-c", "cpio -tv --quiet < \(scratch.url("archive"))"])
    let lines = list.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
    #expect(lines.map { $0[0] } == ["drwxr-xr-x", "crw-------", "-rwxr-xr-x"])
    #expect(lines.map { $0.last } == ["dev", "dev/console", "init"])
    #expect(list.contains(#/5, +1 /#))
    let text = try await Tool("sh", package: "dash").run(
      ["-c", "cpio -i --to-stdout --quiet init < \(scratch.url("archive"))"])
    #expect(text == "hello")
  }

  @Test("an archive ends where the kernel looks for the next one, which actrl appends")
  func concatenated() throws {
    let bytes = try CpioArchive.bytes(of: [.file("init", contents: [1, 2, 3], mode: 0o755)])
    #expect(bytes.count % 4 == 0)
    #expect(bytes.starts(with: Array("070701".utf8)))
  }
}
