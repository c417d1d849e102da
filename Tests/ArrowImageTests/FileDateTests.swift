import ArrowHost
import Testing

@testable import ArrowImage

@Suite("The date of an image's files")
struct FileDateTests {
  private let contents = "0e6bcdc6" + String(repeating: "0", count: 56)
  private let own = 376_105_712

  private func date(_ wanted: Int? = nil, after old: Int? = nil, of oldContents: String = "other") throws -> Int {
    try FileDate.choose(wanted, for: contents, replacing: old.map { .init(seconds: $0, contents: oldContents) }).seconds
  }

  @Test("a date is made from the contents, and is later than that of the image that is replaced")
  func made() throws {
    #expect(try date() == own)
    #expect(try date(after: own - 2) == own)
    #expect(try date(after: own) == own + 2)
    #expect(try date(after: 1_700_000_001) == 1_700_000_002)
    #expect(try date(after: 1_700_000_001, of: contents) == 1_700_000_001)
  }

  @Test("a date that is wanted holds, whatever it replaces; a damaged record is passed over")
  func wanted() throws {
    #expect(try date(315_532_800, after: 1_700_000_000) == 315_532_800)
    #expect(try date(after: -5) == own)
    #expect(try date(after: .max) == own)
  }

  @Test("behind the latest date there is no later one")
  func latest() throws {
    let error = try #require(throws: HostError.self) { try date(after: FileDate.range.upperBound) }
    #expect(error.message == "the image that is replaced has the latest date there is")
  }
}
