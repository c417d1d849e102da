import ArrowHost
import Testing

@testable import ArrowImage

@Suite("The header of an ELF file")
struct ELFHeaderTests {
  private static let headerSize = 64
  private static let programHeaderSize = 56

  /// A file with these program headers behind its header; `type` is ET_EXEC unless it is given.
  private func file(
    machine: UInt8 = 62, type: UInt8 = 2, fileClass: UInt8 = 2, data: UInt8 = 1, programHeaders: [[UInt8]] = []
  ) -> [UInt8] {
    var bytes: [UInt8] = [0x7F] + Array("ELF".utf8) + [fileClass, data, 1] + [UInt8](repeating: 0, count: 9)
    bytes += [type, 0, machine, 0] + [UInt8](repeating: 0, count: 44)
    bytes[32] = UInt8(Self.headerSize)  // e_phoff
    bytes[54] = UInt8(Self.programHeaderSize)  // e_phentsize
    bytes[56] = UInt8(programHeaders.count)  // e_phnum
    return bytes + programHeaders.flatMap { $0 }
  }

  /// A program header of this type, PT_LOAD or PT_INTERP.
  private func programHeader(_ type: UInt8) -> [UInt8] {
    [type] + [UInt8](repeating: 0, count: Self.programHeaderSize - 1)
  }
  private let load: UInt8 = 1
  private let interpreter: UInt8 = 3

  private func number(_ bytes: [UInt8], at offset: Int) -> Int {
    bytes[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  @Test("a program for the target machine is known as one")
  func program() throws {
    let header = try #require(ELFHeader(file()))
    #expect(header.isFor(.target))
    #expect(!header.isRelocatable)
    #expect(!header.needsLoader)
  }

  @Test("a file that is cut off within the header has none, though it begins as ELF does")
  func truncated() {
    for count in [0, 3, 4, 20, 63] {
      let bytes = Array(file().prefix(count))
      #expect(ELFHeader(bytes) == nil, "\(count) bytes")
      #expect(ELFHeader.isELF(bytes) == (count >= 4), "\(count) bytes")
    }
    #expect(ELFHeader(Array(file().prefix(64))) != nil)
  }

  @Test("32 bits, big-endian and other kinds of files are refused")
  func wrongClass() {
    #expect(ELFHeader(file(fileClass: 1)) == nil)
    #expect(ELFHeader(file(data: 2)) == nil)
    #expect(ELFHeader.isELF(file(fileClass: 1)))
    let script = Array("#!/bin/sh\n".utf8) + [UInt8](repeating: 0, count: 100)
    #expect(ELFHeader(script) == nil)
    #expect(!ELFHeader.isELF(script))
  }

  @Test("a program for another machine is told by its number, of which both bytes count")
  func wrongMachine() throws {
    #expect(try !#require(ELFHeader(file(machine: 183))).isFor(.target))
    var other = file()
    other[19] = 1
    #expect(try !#require(ELFHeader(other)).isFor(.target))
  }

  @Test("objects to be linked are relocatable, programs and shared libraries are not")
  func relocatable() throws {
    #expect(try #require(ELFHeader(file(type: 1))).isRelocatable)
    #expect(try !#require(ELFHeader(file(type: 2))).isRelocatable)
    #expect(try !#require(ELFHeader(file(type: 3))).isRelocatable)
  }

  @Test("a program needs a loader if any of its program headers names one")
  func loader() throws {
    let headers = [programHeader(load), programHeader(interpreter)]
    #expect(try #require(ELFHeader(file(programHeaders: headers))).needsLoader)
    #expect(try !#require(ELFHeader(file(programHeaders: [programHeader(load)]))).needsLoader)
  }

  @Test("program headers that lie behind the file's end, however far, are not there")
  func wildOffsets() throws {
    let whole = file(programHeaders: [programHeader(load), programHeader(interpreter)])
    #expect(try !#require(ELFHeader(Array(whole.dropLast(Self.programHeaderSize)))).needsLoader)
    for wild in [UInt8(0x7F), 0xFF] {
      var bytes = whole
      for index in 32..<39 { bytes[index] = 0xFF }
      bytes[39] = wild
      bytes[56] = 0xFF
      bytes[57] = 0xFF
      let header = try #require(ELFHeader(bytes))
      #expect(!header.needsLoader)
      #expect(header.replacingLoader(by: "/lib/ld.so") == bytes)
    }
  }

  @Test("another loader's path stands at the end, and only its program header is changed")
  func replacedLoader() throws {
    let bytes = file(programHeaders: [programHeader(load), programHeader(interpreter)])
    let path = "/somewhere/lib/ld-musl-x86_64.so.1"
    let changed = try #require(ELFHeader(bytes)).replacingLoader(by: path)
    #expect(Array(changed.dropFirst(bytes.count)) == Array(path.utf8) + [0])
    let header = Self.headerSize + Self.programHeaderSize
    #expect(changed.prefix(header) == bytes.prefix(header))
    #expect(number(changed, at: header + 8) == bytes.count)
    #expect(number(changed, at: header + 32) == path.utf8.count + 1)
    #expect(number(changed, at: header + 40) == path.utf8.count + 1)
    #expect(try #require(ELFHeader(changed)).needsLoader)
  }

  @Test("a static program has no loader to replace")
  func noLoader() throws {
    let bytes = file(programHeaders: [programHeader(load)])
    #expect(try #require(ELFHeader(bytes)).replacingLoader(by: "/lib/ld.so") == bytes)
  }

  @Test("the program that runs this test is one, and it has a loader")
  func realProgram() throws {
    let header = try #require(ELFHeader(try Files.contents(of: "/proc/self/exe")))
    #expect(header.isFor(.target))
    #expect(header.needsLoader)
  }
}
