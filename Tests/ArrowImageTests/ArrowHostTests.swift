import ArrowHost
import Glibc
import Testing

@Suite("What both host tools stand on")
struct ArrowHostTests {
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

  @Test("a file is replaced whole, and nothing else is left in the folder")
  func wholeFile() throws {
    let scratch = Scratch()
    try scratch.write("old", to: "state.json")
    try WholeFile.write(Array("new".utf8), to: scratch.url("state.json"))
    #expect(try Files.contents(of: scratch.url("state.json")) == Array("new".utf8))
    #expect(try scratch.names() == ["state.json"])
  }

  @Test("a file that can't be written leaves the old one as it was")
  func wholeFileFails() throws {
    let scratch = Scratch()
    try scratch.write("x", to: "folder/inside")
    let error = try #require(throws: HostError.self) { try WholeFile.write([1], to: scratch.url("folder")) }
    #expect(error.message.hasPrefix("cannot rename "))
    #expect(try scratch.names() == ["folder"])
  }

  @Test("a folder takes its target's place in one step, and cleans up after killed ones")
  func wholeFolder() throws {
    let scratch = Scratch()
    try scratch.write("old", to: "out/file")
    try scratch.write("rest of a killed build", to: ".out.4242.tmp/file")
    let folder = try WholeFolder(beside: scratch.url("out"))
    #expect(try !scratch.names().contains(".out.4242.tmp"))
    try Files.create("\(folder.path)/file", contents: Array("new".utf8))
    #expect(try Files.contents(of: scratch.url("out/file")) == Array("old".utf8))
    try folder.commit()
    #expect(try Files.contents(of: scratch.url("out/file")) == Array("new".utf8))
    #expect(try scratch.names() == ["out"])
  }

  @Test("a folder that is given up leaves the old one and nothing else")
  func discardedFolder() throws {
    let scratch = Scratch()
    try scratch.write("old", to: "out/file")
    let folder = try WholeFolder(beside: scratch.url("out"))
    try Files.create("\(folder.path)/file", contents: [])
    folder.discard()
    folder.discard()
    #expect(try scratch.names() == ["out"])
    #expect(try Files.contents(of: scratch.url("out/file")) == Array("old".utf8))
  }

  @Test("a missing program is named with its package")
  func missingProgram() async throws {
    let error = await #expect(throws: HostError.self) {
      try await Tool("mkfs.nothing", package: "nothing-utils").run([])
    }
    #expect(error?.description == "the program mkfs.nothing is missing\n  hint: install it: apt install nothing-utils")
  }

  @Test("a failing program's words are shown")
  func failingProgram() async throws {
    let error = await #expect(throws: HostError.self) {
      try await Tool("sh", package: "dash").run(["-c", "echo no luck >&2; exit 3"])
    }
    #expect(error?.message == "sh failed with exit code 3\n  sh: no luck")
  }

  @Test("image.json is the same text for the same image, and reads back")
  func manifest() throws {
    let file = ImageManifest.File(size: 1, sha256: String(repeating: "0", count: 64))
    let manifest = ImageManifest(
      defaultArrow: "web",
      arrows: [
        .init(name: "web", binary: "python", version: "v3", ports: [.init(port: 80, export: 8080, proto: .tcp)])
      ],
      binaries: [.init(name: "python", version: "v3", size: 7)],
      files: .init(kernel: file, initrd: file, pieces: file))
    let scratch = Scratch()
    try scratch.write(try manifest.encoded(), to: "image.json")
    #expect(try ImageManifest.load(folder: scratch.path) == manifest)
    #expect(manifest.arrowToShoot?.name == "web")
  }

  @Test("what is no image, a newer one and a damaged one are told apart")
  func notAnImage() throws {
    let scratch = Scratch()
    func message() -> String? {
      #expect(throws: HostError.self) { try ImageManifest.load(folder: scratch.path) }?.message
        .replacing(scratch.path, with: "OUT")
    }
    #expect(message() == "OUT is not an Arrow image: it has no image.json")
    try scratch.write(#"{"formatVersion": 2}"#, to: "image.json")
    #expect(message() == "the image OUT has the format version 2; this tool knows up to 1")
    try scratch.write(#"{"formatVersion": 1}"#, to: "image.json")
    #expect(message() == #"the image OUT is damaged: image.json has no "arrows""#)
    try scratch.write("{", to: "image.json")
    #expect(message() == "the image OUT is damaged: image.json is not JSON")
  }
}
