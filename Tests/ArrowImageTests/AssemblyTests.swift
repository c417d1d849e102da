import ArrowHost
import Glibc
import Testing

@testable import ArrowImage

@Suite("An image")
struct AssemblyTests {
  private let silent = BuildLog(warn: { _ in }, note: { _ in }, finding: { _ in }, step: { _ in })

  private func build(
    _ scratch: Scratch, defaultArrow: String? = nil, output: String = "out", hasVerity: Bool = false
  ) async throws {
    _ = try await Assembly.build(
      BuildRequest(
        pieces: scratch.url("pieces"), output: scratch.url(output), defaultArrow: defaultArrow,
        kernel: scratch.url("kernel"), arrowInit: scratch.url("arrow-init"), hasVerity: hasVerity), log: silent)
  }

  /// The pieces image unpacked by fsck.erofs, which checks it on the way.
  private func unpack(_ scratch: Scratch) async throws {
    _ = try await Tool("fsck.erofs", package: "erofs-utils").run(
      ["--extract=\(scratch.url("root"))", scratch.url("out/pieces.erofs")])
  }

  @Test("an image holds four files, and what image.json says of them is true")
  func files() async throws {
    let scratch = try Scratch.withPieces()
    try await build(scratch)
    #expect(try scratch.names("out") == ["image.json", "initrd", "kernel", "pieces.erofs"])
    #expect(try scratch.names() == ["arrow-init", "kernel", "out", "pieces"])
    let inspection = try await Inspection(image: scratch.url("out"))
    #expect(inspection.damaged.isEmpty)
    let web = ImageManifest.Port(port: 8080, export: 3008, proto: .tcp)
    #expect(
      inspection.manifest.arrows == [.init(name: "hello", binary: "tool", version: "v1.2.3", ports: [web], volumes: [])]
    )
    let size = Scratch.program.count + Scratch.profile.utf8.count
    #expect(inspection.manifest.binaries == [.init(name: "tool", version: "v1.2.3", size: size)])
    #expect(try Files.contents(of: scratch.url("out/kernel")) == Scratch.program)
  }

  @Test("an image has the pieces as they are, and beside them what arrow-init and the task need")
  func root() async throws {
    let scratch = try Scratch.withPieces()
    let noise = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 7) }
    try scratch.write(noise, to: "pieces/meta/hello/data")
    try scratch.write("cert", to: "pieces/share/ssl/cert.pem")
    try scratch.write("TZif", to: "pieces/share/zoneinfo/UTC")
    try scratch.link("pieces/meta/hello/link", to: "data")
    try await build(scratch, defaultArrow: "hello")
    try await unpack(scratch)
    #expect(
      try scratch.names("root") == [
        ".arrow", "binary", "dev", "etc", "meta", "proc", "run", "share", "sys", "tmp", "usr", "var",
      ])
    #expect(try Files.contents(of: scratch.url("root/meta/hello/data")) == noise)
    #expect(try Files.contents(of: scratch.url("root/meta/hello/link")) == noise)
    #expect(try Files.contents(of: scratch.url("root/.arrow/format")) == Array("1\n".utf8))
    #expect(try scratch.names("root/.arrow") == ["default", "format", "seccomp"])
    #expect(try scratch.names("root/.arrow/seccomp") == ["hello"])
    #expect(
      try scratch.names("root/etc") == [
        "group", "hostname", "hosts", "localtime", "nsswitch.conf", "os-release", "passwd", "protocols", "resolv.conf",
        "services", "ssl",
      ])
    #expect(try scratch.text("root/etc/os-release").contains("\nID=arrow\n"))
    for (link, to) in [
      ("etc/localtime", "/share/zoneinfo/UTC"), ("etc/hostname", "/run/arrow/hostname"), ("var/tmp", "/tmp"),
      ("var/run", "/run"), ("usr/share/zoneinfo", "/share/zoneinfo"),
    ] {
      #expect(try target(of: scratch.url("root/\(link)")) == to, "\(link)")
    }
    #expect(try target(of: scratch.url("root/.arrow/default")) == "hello")
    #expect(try target(of: scratch.url("root/etc/ssl/cert.pem")) == "/share/ssl/cert.pem")
  }

  private func target(of link: String) throws -> String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = try #require([readlink(link, &buffer, 4096)].first { $0 >= 0 })
    return String(decoding: buffer.prefix(count), as: UTF8.self)
  }

  @Test("an image has names and links as they are in bytes: no UTF-8, or one accent written in two ways")
  func bytes() async throws {
    let scratch = try Scratch.withPieces()
    let folder = BytePath(scratch.url("pieces/meta/hello"))
    let latin = BytePath([0x63, 0x61, 0x66, 0xE9])
    let noise = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 >> 5) }
    try Files.create(folder / latin, contents: noise)
    try Files.makeLink(folder / BytePath([0xFF]), to: latin)
    for (name, text) in [("e\u{301}", "two scalars"), ("\u{e9}", "one"), ("\u{301}x", "combining")] {
      try Files.create(folder / BytePath(name), contents: Array(text.utf8))
    }
    try await build(scratch)
    try await unpack(scratch)
    let unpacked = BytePath(scratch.url("root/meta/hello"))
    #expect(try Files.names(in: unpacked) == Files.names(in: folder))
    #expect(try Files.contents(of: unpacked / latin) == noise)
    #expect(try Files.contents(of: unpacked / BytePath([0xFF])) == noise)
    #expect(try Files.linkTarget(of: unpacked / BytePath([0xFF])) == latin)
    #expect(try Files.contents(of: unpacked / BytePath("e\u{301}")) == Array("two scalars".utf8))
    #expect(try Files.contents(of: unpacked / BytePath("\u{e9}")) == Array("one".utf8))
  }

  @Test("an image of other contents has a later date than the one it replaces; the same contents keep theirs")
  func dates() async throws {
    let scratch = try Scratch.withPieces()
    func date(_ output: String = "out") async throws -> Int {
      try await build(scratch, output: output)
      return try #require(try ImageManifest.load(folder: scratch.url(output)).dating?.seconds)
    }
    let first = try await date()
    #expect(try await date() == first)
    #expect(try await date("fresh") == first)
    var last = first
    for page in 1...4 {
      try scratch.write("\(page)", to: "pieces/meta/hello/index.html")
      let next = try await date()
      #expect(next > last && next % 2 == 0)
      last = next
    }
    // The date is what the files have, too.
    let dump = try await Tool("dump.erofs", package: "erofs-utils").run(
      ["--path=/meta/hello/index.html", scratch.url("out/pieces.erofs")])
    let shown = try await Tool("date", package: "coreutils").run(["-u", "-d", "@\(last)", "+%Y-%m-%d %H:%M:%S"])
    #expect(dump.contains(shown.prefix(19)), "\(dump)")
  }

  @Test("an image belongs to root and is readable by the task, whatever the host's permissions were")
  func permissions() async throws {
    let scratch = try Scratch.withPieces()
    try scratch.write("secret", to: "pieces/meta/hello/private", mode: 0o600)
    try scratch.write("#!", to: "pieces/meta/hello/script", mode: 0o4711)
    #expect(chmod(scratch.url("pieces/meta/hello"), 0o700) == 0)
    try await build(scratch)
    let dump = Tool("dump.erofs", package: "erofs-utils")
    for (path, mode) in [("private", "0644"), ("script", "0755"), ("arrow_spec.json", "0644"), ("", "0755")] {
      let text = try await dump.run(["--path=/meta/hello/\(path)", scratch.url("out/pieces.erofs")])
      #expect(text.contains("Access: \(mode)/") && text.contains(#/Uid: 0 +Gid: 0/#), "\(path): \(text)")
    }
    // The user's own files are as they were.
    #expect(try Files.status(of: scratch.url("pieces/meta/hello/private"))?.st_mode == S_IFREG | 0o600)
    #expect(try Files.status(of: scratch.url("pieces/meta/hello/arrow_spec.json"))?.st_nlink == 1)
  }

  @Test("an image names the users of its specs")
  func users() async throws {
    let scratch = try Scratch.withPieces()
    for (name, user) in [
      ("one", #"{"uid": 4711, "gid": 7, "additionalGids": [8, 0]}"#), ("two", #"{"uid": 4711, "gid": 9}"#),
      ("three", #"{"uid": 0, "gid": 0}"#),
    ] {
      let process = #"{"cmd": "tool", "user": \#(user)}"#
      try scratch.write(
        #"{"binary": {"name": "tool", "version": "v1"}, "process": \#(process)}"#,
        to: "pieces/meta/\(name)/arrow_spec.json")
    }
    try await build(scratch)
    try await unpack(scratch)
    #expect(
      try scratch.text("root/etc/passwd") == """
        root:x:0:0:root:/tmp:/nologin
        arrow:x:1000:1000:arrow:/tmp:/nologin
        arrow4711:x:4711:7:arrow4711:/tmp:/nologin

        """)
    #expect(
      try scratch.text("root/etc/group") == "root:x:0:\narrow:x:1000:\narrow7:x:7:\narrow8:x:8:\narrow9:x:9:\n")
  }

  @Test("an image has a folder, not a link, where a mount goes over /var/tmp")
  func mountOverLink() async throws {
    let scratch = try Scratch.withPieces()
    try scratch.write(
      """
      {"binary": {"name": "tool", "version": "v1"}, "process": {"cmd": "tool"},
       "mounts": [{"destination": "/var/tmp", "type": "tmpfs"}]}
      """, to: "pieces/meta/hello/arrow_spec.json")
    try await build(scratch)
    try await unpack(scratch)
    #expect(try scratch.names("root/var/tmp") == [])
    #expect(try target(of: scratch.url("root/var/run")) == "/run")
  }

  @Test("an image has the folders its arrows' mounts go over, but not those in a tmpfs")
  func mountPoints() async throws {
    let scratch = try Scratch.withPieces()
    try scratch.write(
      """
      {"binary": {"name": "tool", "version": "v1"}, "process": {"cmd": "tool"},
       "mounts": [{"destination": "/var/lib/data", "type": "ext4", "source": "LABEL=data"},
                  {"destination": "/meta/hello/cache", "type": "tmpfs"}, {"destination": "/tmp/x", "type": "tmpfs"}]}
      """, to: "pieces/meta/hello/arrow_spec.json")
    try await build(scratch)
    try await unpack(scratch)
    #expect(try scratch.names("root/var/lib/data") == [])
    #expect(try scratch.names("root/meta/hello") == ["arrow_spec.json", "cache"])
    #expect(try scratch.names("root/tmp") == [])
  }

  @Test("an image holds what is compressed already as it is, whatever its name: LZ4 does not even try")
  func incompressible() async throws {
    let scratch = try Scratch.withPieces()
    let names = ["a.zip", "with blank.zip", "a+b[c](d){e}^$|?*.zip", "é.zip"]
    for name in names { try scratch.write("", to: "pieces/meta/hello/" + name) }
    // Noise to whoever looks at its bytes; LZ4, if it tried, would find that it comes again.
    let shell = Tool("sh", package: "dash")
    _ = try await shell.run(
      ["-c", "head -c 8192 /dev/urandom >noise; for file in *.zip; do cat noise noise noise noise >\"$file\"; done"],
      folder: scratch.url("pieces/meta/hello"))
    try await build(scratch)
    try await unpack(scratch)
    let dump = Tool("dump.erofs", package: "erofs-utils")
    for name in names {
      let inode = try await dump.run(["--path=/meta/hello/" + name, scratch.url("out/pieces.erofs")])
      // EROFS_INODE_FLAT_PLAIN or _INLINE; where LZ4 has tried, it is EROFS_INODE_COMPRESSED_*.
      #expect(inode.contains("Layout: 0") || inode.contains("Layout: 2"), "\(inode)")
      #expect(
        try Files.contents(of: scratch.url("root/meta/hello/" + name))
          == Files.contents(of: scratch.url("pieces/meta/hello/" + name)))
    }
  }

  @Test("an image compresses text and machine code")
  func compressible() throws {
    let scratch = Scratch()
    try scratch.write(String(repeating: "import os, sys\n", count: 1000), to: "text")
    #expect(try !CompressionHints.isIncompressible(scratch.url("text"), size: 15_000))
    let program = "/proc/self/exe"
    #expect(try !CompressionHints.isIncompressible(program, size: 1_000_000))
  }

  @Test("an image is the same for hard links and for copies")
  func hardLinks() async throws {
    let scratch = try Scratch.withPieces()
    try scratch.write("same", to: "pieces/meta/hello/a")
    #expect(link(scratch.url("pieces/meta/hello/a"), scratch.url("pieces/meta/hello/b")) == 0)
    try await build(scratch, output: "linked")
    try scratch.write("same", to: "pieces/meta/hello/b")
    try await build(scratch, output: "copied")
    #expect(
      try Files.contents(of: scratch.url("linked/image.json")) == Files.contents(of: scratch.url("copied/image.json")))
  }

  @Test("an image has a hash tree where it is to have one: what veritysetup verifies, and the same each time")
  func hashTree() async throws {
    let scratch = try Scratch.withPieces()
    try await build(scratch)
    try await build(scratch, output: "first", hasVerity: true)
    try await build(scratch, output: "second", hasVerity: true)
    let bare = try Files.contents(of: scratch.url("out/pieces.erofs"))
    let hashed = try Files.contents(of: scratch.url("first/pieces.erofs"))
    #expect(hashed.count > bare.count && hashed.starts(with: bare))
    for name in ["pieces.erofs", "image.json"] {
      #expect(try Files.contents(of: scratch.url("first/\(name)")) == Files.contents(of: scratch.url("second/\(name)")))
    }
    let rootHash = try #require(try ImageManifest.load(folder: scratch.url("first")).verity).rootHash
    #expect(try ImageManifest.load(folder: scratch.url("out")).verity == nil)
    #expect(try await Inspection(image: scratch.url("first")).damaged.isEmpty)
    let image = scratch.url("first/pieces.erofs")
    let verify = ["verify", image, image, rootHash, "--hash-offset=\(bare.count)"]
    let veritysetup = Tool("veritysetup", package: "cryptsetup-bin")
    _ = try await veritysetup.run(verify)
    var altered = hashed
    altered[altered.count - 1] ^= 1
    altered[bare.count / 2] ^= 1
    try scratch.write(altered, to: "first/pieces.erofs")
    await #expect(throws: HostError.self) { _ = try await veritysetup.run(verify) }
  }

  @Test("an image is not made when the spec is wrong, and the old one stays")
  func wrongSpec() async throws {
    let scratch = try Scratch.withPieces()
    try await build(scratch)
    let before = try Files.contents(of: scratch.url("out/image.json"))
    try scratch.write("{}", to: "pieces/meta/hello/arrow_spec.json")
    await #expect(throws: InputErrors.self) { try await build(scratch) }
    #expect(try Files.contents(of: scratch.url("out/image.json")) == before)
    #expect(try scratch.names() == ["arrow-init", "kernel", "out", "pieces"])
  }

  @Test("an image never takes the place of anything but an image")
  func foreignOutput() async throws {
    let scratch = try Scratch.withPieces()
    try scratch.write("precious", to: "folder/notes")
    try scratch.link("link", to: "folder")
    for (output, what) in [
      ("kernel", "is a file"), ("link", "is a symbolic link"), ("folder", "holds more than an Arrow image: notes"),
    ] {
      let error = await #expect(throws: HostError.self) { try await build(scratch, output: output) }
      #expect(error?.message == "the output \(scratch.url(output)) \(what); it is left as it is")
    }
    let inside = await #expect(throws: HostError.self) { try await build(scratch, output: "pieces/out") }
    #expect(inside?.message.contains("lies in the pieces folder") == true)
    let nowhere = await #expect(throws: HostError.self) { try await build(scratch, output: "none/out") }
    #expect(nowhere?.message == "cannot write \(scratch.url("none/out")): there is no folder \(scratch.url("none"))")
    #expect(try Files.contents(of: scratch.url("folder/notes")) == Array("precious".utf8))
    #expect(try scratch.names() == ["arrow-init", "folder", "kernel", "link", "pieces"])
  }

  @Test("an image with a flipped byte, a missing or a shorter file is seen to be damaged")
  func damage() async throws {
    let scratch = try Scratch.withPieces()
    try await build(scratch)
    var pieces = try Files.contents(of: scratch.url("out/pieces.erofs"))
    pieces[pieces.count / 2] ^= 1
    try scratch.write(pieces, to: "out/pieces.erofs")
    try scratch.write([0], to: "out/kernel")
    try Files.remove(scratch.url("out/initrd"))
    #expect(
      try await Inspection(image: scratch.url("out")).damaged == [
        "initrd": "missing", "kernel": "1 bytes, not 64", "pieces.erofs": "other contents",
      ])
  }

  @Test("an image takes no kernel and no arrow-init that could not boot")
  func wrongPrograms() async throws {
    let scratch = try Scratch.withPieces()
    try scratch.write("hello", to: "kernel")
    var error = await #expect(throws: HostError.self) { try await build(scratch) }
    #expect(error?.message == "\(scratch.url("kernel")) is not a kernel for x86-64")
    try scratch.write([UInt8](repeating: 0, count: 0x202) + Array("HdrS....".utf8), to: "kernel")
    try await build(scratch)

    // One program header, of type PT_INTERP, behind the ELF header.
    var dynamic = Scratch.program
    (dynamic[32], dynamic[54], dynamic[56]) = (64, 56, 1)
    try scratch.write(dynamic + [3] + [UInt8](repeating: 0, count: 55), to: "arrow-init")
    error = await #expect(throws: HostError.self) { try await build(scratch) }
    #expect(error?.message == "\(scratch.url("arrow-init")) is not statically linked")
  }

  @Test("an image looks for kernel and arrow-init beside the program, in a clone and installed")
  func homes() {
    #expect(ProgramHome.candidates(executable: "/clone/bin/mkarrowimg") == ["/clone/.build/guest", "/clone/lib/arrow"])
    #expect(ProgramHome.candidates(executable: "/clone/.build/x86_64/release/mkarrowimg") == ["/clone/.build/guest"])
    let far = "/home/.builder/clones/arrow/bin/mkarrowimg"
    #expect(ProgramHome.candidates(executable: far).first == "/home/.builder/clones/arrow/.build/guest")
    #expect(ProgramHome.candidates(executable: "/usr/bin/mkarrowimg") == ["/usr/.build/guest", "/usr/lib/arrow"])
  }
}
