import Testing

@testable import ArrowSpec

@Suite("Small values")
struct ValueTests {
  @Test(
    "addresses are read and written",
    arguments: [
      ("0.0.0.0", "0.0.0.0"), ("10.0.2.15", "10.0.2.15"), ("255.255.255.255", "255.255.255.255"),
      ("::", "0000:0000:0000:0000:0000:0000:0000:0000"), ("::1", "0000:0000:0000:0000:0000:0000:0000:0001"),
      ("fd00::", "fd00:0000:0000:0000:0000:0000:0000:0000"), ("1::2", "0001:0000:0000:0000:0000:0000:0000:0002"),
      ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002:0003:0004:0005:0006"),
      ("FE80::A:b", "fe80:0000:0000:0000:0000:0000:000a:000b"),
      ("1:2:3:4:5:6:7::", "0001:0002:0003:0004:0005:0006:0007:0000"),
    ])
  func address(_ text: String, _ written: String) throws {
    let address = try #require(IPAddress(text.utf8))
    #expect(address.text == written)
    #expect(IPAddress(written.utf8) == address)
    #expect(address.bitCount == (text.contains(":") ? 128 : 32))
  }

  @Test(
    "what is no address is none",
    arguments: [
      "", ".", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "256.0.0.1", "01.2.3.4", "1.2.3.04", "1.2.3.4 ",
      " 1.2.3.4", "1.2.3.x", "0x1.2.3.4", "-1.2.3.4", "1.2.3.4000000000000000000000", ":", ":::", "1::2::3",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::", "g::", "::ffff:1.2.3.4", "fe80::1%eth0",
      "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7",
    ])
  func noAddress(_ text: String) {
    #expect(IPAddress(text.utf8) == nil)
  }

  @Test(
    "a version is a prefix of whole components; the newest of those that begin with it is meant",
    arguments: [
      ("3", "v3.13.5"), ("3.13", "v3.13.5"), ("3.13.5", "v3.13.5"), ("3.1", nil), ("3.9", "3.9.20"), ("2", nil),
      ("3.14", nil), ("3.11", "v3.11.10"), ("", nil), ("13", nil),
    ] as [(String, String?)])
  func version(_ prefix: String, _ folder: String?) {
    let folders = ["v3.13.5", "v3.13.4", "3.9.20", "v3.11.2", "v3.11.10", "v2x", "v1", "latest"]
    #expect(BinaryVersion.best(for: prefix, among: folders) == folder)
    #expect(BinaryVersion.best(for: prefix, among: folders.reversed()) == folder)
  }

  @Test("versions have an order")
  func order() {
    let sorted = [
      "latest", "v1", "v2", "v3.9", "v3.10", "v3.10.1", "v3.14.0a7", "v3.14.0rc1", "v3.14.0", "v3.14.1", "v10",
    ]
    for (index, version) in sorted.enumerated() {
      for later in sorted[(index + 1)...] {
        #expect(BinaryVersion.isOlder(version, later), "\(version) is not older than \(later)")
        #expect(!BinaryVersion.isOlder(later, version), "\(later) is older than \(version)")
      }
    }
    // The same version under two names: one of them, always the same.
    #expect(BinaryVersion.best(for: "3", among: ["3.1", "v3.1"]) == "v3.1")
    #expect(BinaryVersion.best(for: "3", among: ["v3.1", "3.1"]) == "v3.1")
  }

  @Test(
    "the nearest name is found: letters missing, added, changed, swapped, in the wrong case, without its prefix",
    arguments: [
      ("exprot", "export"), ("por", "port"), ("portt", "port"), ("pirt", "port"), ("PORT", "port"),
      ("net_raw", "CAP_NET_RAW"),
      ("CAP_NET_RWA", "CAP_NET_RAW"), ("mount", "mounts"), ("x", nil), ("", nil), ("portland", nil), ("CAP_RAT", nil),
    ] as [(String, String?)])
  func near(_ word: String, _ expected: String?) {
    #expect(nearMiss(word, among: ["port", "export", "mounts", "CAP_NET_RAW", "CAP_BPF"]) == expected)
  }

  @Test("a hint names the nearest, or else all")
  func hints() {
    #expect(nameHint("prot", among: ["port"]) == "did you mean \"port\"?")
    #expect(nameHint("x", among: ["port", "proto"]) == "known: port, proto")
    #expect(nameHint("x", among: []) == "there is none")
    #expect(nearMiss(String(repeating: "a", count: 100_000), among: [String(repeating: "b", count: 100_000)]) == nil)
  }

  @Test("text in a message stays on its line, does nothing to a terminal and is not long")
  func quoting() {
    #expect(quoted("a b é🏹") == "\"a b é🏹\"")
    #expect(quoted("a\nb\u{1B}[2J\u{0}\u{7F}") == #""a\u000ab\u001b[2J\u0000\u007f""#)
    #expect(quoted("\u{80}\u{9B}\u{A0}") == "\"\\u0080\\u009b\u{A0}\"")
    let long = quoted(String(repeating: "🏹", count: 1000))
    #expect(long.utf8.count < 120 && long.hasSuffix("🏹…\""))
  }

  @Test("names of arrows and binaries are one component of a path")
  func names() {
    for name in ["a", "python-web", "A.b_c", "日本", String(repeating: "a", count: 255)] {
      #expect(problemWithName(name) == nil)
    }
    #expect(problemWithName("") == "is empty")
    #expect(problemWithName(String(repeating: "a", count: 256)) == "is longer than 255 bytes")
    for name in [".", "..", ".hidden"] { #expect(problemWithName(name) == "begins with a dot") }
    for name in ["a/b", "/a", "a/"] { #expect(problemWithName(name) == "has a '/' in it") }
    for name in ["a\n", "a\u{0}", "\u{7F}", "a\u{1B}b"] {
      #expect(problemWithName(name) == "has a control character in it")
    }
  }

  @Test("decimal digits, and nothing else, make a number")
  func decimals() {
    #expect(decimal("0".utf8) == 0 && decimal("007".utf8) == 7)
    #expect(decimal("999999999999999999".utf8) == 999_999_999_999_999_999)
    for text in ["", "-1", "+1", "1.0", " 1", "1 ", "1e3", "0x1", "9999999999999999999", "١"] {
      #expect(decimal(text.utf8) == nil)
    }
  }

  @Test("a byte is read back from its hexadecimal digits")
  func hexadecimal() {
    for byte in UInt8.min...UInt8.max {
      let text = Array(hexText(byte).utf8)
      #expect(hexByte(text) == byte)
      #expect(hexByte(Array(hexText(byte).uppercased().utf8)) == byte)
    }
    for text in ["", "1", "123", "g0", "0g", " 1"] { #expect(hexByte(Array(text.utf8)) == nil) }
  }

  @Test("exit codes are docker's")
  func exitCodes() {
    #expect([ExitCode.failure, ExitCode.notExecutable, ExitCode.notFound] == [125, 126, 127])
    #expect(ExitCode.signaled(9) == 137)
  }
}

@Suite("The file of a compiled seccomp filter")
struct SeccompFilterFileTests {
  private let program = (0..<16).map { UInt8($0) }

  private func problem(_ file: [UInt8]) -> String? {
    do {
      _ = try SeccompFilterFile.decode(file)
      return nil
    } catch {
      return error.message
    }
  }

  @Test("a program is read back as it was written, behind its header")
  func roundTrip() throws {
    let file = SeccompFilterFile.encode(program: program)
    #expect(Array(file.prefix(12)) == Array("ARROWBPF".utf8) + [2, 0, 0, 0])
    #expect(try SeccompFilterFile.decode(file).elementsEqual(program))
    let largest = [UInt8](repeating: 7, count: 4096 * 8)
    #expect(try SeccompFilterFile.decode(SeccompFilterFile.encode(program: largest)).elementsEqual(largest))
  }

  @Test("the checksum is the one of Ethernet and gzip")
  func checksum() {
    #expect(SeccompFilterFile.crc32(Array("123456789".utf8)[...]) == 0xCBF4_3926)
    #expect(SeccompFilterFile.crc32([]) == 0)
  }

  @Test("a file cut anywhere is refused, and one with bytes behind it")
  func cut() {
    let file = SeccompFilterFile.encode(program: program)
    for length in file.indices { #expect(problem(Array(file[..<length])) != nil) }
    #expect(problem(file + [0]) == "the seccomp filter is cut short or too long")
  }

  @Test("one flipped bit anywhere is noticed")
  func flipped() {
    let file = SeccompFilterFile.encode(program: program)
    for index in file.indices {
      for bit in 0..<8 {
        var damaged = file
        damaged[index] ^= 1 << UInt8(bit)
        #expect(problem(damaged) != nil, "byte \(index), bit \(bit)")
      }
    }
  }

  @Test("no instruction, or more than the kernel takes, is no filter")
  func size() {
    #expect(problem(SeccompFilterFile.encode(program: [])) == "the seccomp filter is cut short or too long")
    let tooLong = SeccompFilterFile.encode(program: [UInt8](repeating: 0, count: 4097 * 8))
    #expect(problem(tooLong) == "the seccomp filter is cut short or too long")
    #expect(problem(Array("ARROWBPX".utf8) + [UInt8](repeating: 0, count: 16)) == "not a compiled seccomp filter")
  }
}
