import ArrowSpec
import Testing

@Suite("Mounts")
struct MountTests {
  private func mount(_ text: String) throws -> Spec.Mount {
    try #require(try read(spec("\"mounts\": [\(text)]")).mounts.first)
  }

  private func options(_ words: String) throws -> MountOptions {
    let list = words.isEmpty ? "" : words.split(separator: " ").map { "\"\($0)\"" }.joined(separator: ", ")
    return try mount(#"{"destination": "/a", "type": "tmpfs", "options": [\#(list)]}"#).options
  }

  @Test("without a word, nothing in a mount is set-user-ID, a device or executable")
  func safe() throws {
    // MS_NOSUID, MS_NODEV, MS_NOEXEC
    #expect(try options("").flags == 2 | 4 | 8)
    #expect(try options("defaults rw private").flags == 2 | 4 | 8)
    #expect(try options("suid dev exec").flags == 0)
    #expect(try options("exec noexec").flags == 2 | 4 | 8)
  }

  @Test(
    "each word sets its flag of mount(2) and its opposite takes it back",
    arguments: [
      ("ro", "rw", 1), ("sync", "async", 16), ("noatime", "atime", 1024), ("nodiratime", "diratime", 2048),
      ("relatime", "norelatime", 1 << 21), ("strictatime", "nostrictatime", 1 << 24),
      ("lazytime", "nolazytime", 1 << 25), ("nosymfollow", "symfollow", 256),
    ] as [(String, String, UInt)])
  func flags(_ word: String, _ opposite: String, _ flag: UInt) throws {
    #expect(try options(word).flags == 14 | flag)
    #expect(try options("\(word) \(opposite)").flags == 14)
  }

  @Test("the rest goes to the file system, in order")
  func data() throws {
    #expect(try options("ro size=64m nosuid mode=0755").data == "size=64m,mode=0755")
    #expect(try options("ro").data == "")
  }

  @Test(
    "a bind mount is one by its type or by its options, as OCI has it",
    arguments: [
      (#""type": "bind""#, 0), (#""type": "bind", "options": ["bind"]"#, 4096), (#""options": ["bind"]"#, 4096),
      (#""type": "none", "options": ["rbind"]"#, 4096 | 16384), (#""options": ["rbind", "ro"]"#, 4096 | 16384 | 1),
    ] as [(String, UInt)])
  func bind(_ members: String, _ flags: UInt) throws {
    let mount = try mount(#"{"destination": "/a", "source": "/b", \#(members)}"#)
    #expect(mount.kind == .bind)
    #expect(mount.options.flags == 14 | flags)
  }

  @Test(
    "sizes are bytes above 0 or a share",
    arguments: ["1", "4096", "64k", "64K", "1g", "999999999G", "1%", "100%", "999999999999999999"])
  func size(_ size: String) throws {
    #expect(try options("size=\(size)").data == "size=\(size)")
  }

  @Test(
    "anything else is no size",
    arguments: ["", "0", "0k", "k", "-1", "1.5g", "0%", "101%", "%", "1t", "1kk", "9999999999g", "1000000000000000000"])
  func noSize(_ size: String) {
    #expect(throws: SpecError.self) { try options("size=\(size)") }
  }

  @Test("permissions are octal, at most 7777", arguments: ["0", "755", "0755", "1777", "07777"])
  func mode(_ mode: String) throws {
    #expect(try options("mode=\(mode)").data == "mode=\(mode)")
  }

  @Test("anything else is no mode", arguments: ["", "8", "17777", "007777", "u+x", "-1"])
  func noMode(_ mode: String) {
    #expect(throws: SpecError.self) { try options("mode=\(mode)") }
  }
}
