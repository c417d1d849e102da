import ArrowHost
import TestSupport
import Testing

@Suite("Files and folders that are whole or not there")
struct WholeFileTests {
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
}
