import ArrowSpec
import Testing

@Suite("The corpus of specs")
struct CorpusTests {
  @Test("every good spec is read", arguments: Corpus.good)
  func good(_ sample: Corpus.Sample) {
    #expect(failure(of: sample.source) == nil)
  }

  @Test("every bad spec is refused, with exactly the message beside it", arguments: Corpus.bad)
  func bad(_ sample: Corpus.Sample) throws {
    let expected = try #require(Corpus.message(for: sample.name))
    let message = try #require(failure(of: sample.source, file: sample.name + ".json"))
    #expect(message + "\n" == expected)
  }

  @Test("no part of it is missing")
  func complete() {
    #expect(Corpus.good.count >= 22)
    #expect(Corpus.bad.count >= 272)
  }

  // Embedded Swift has a library of its own, and has laid constant tables out wrongly in arrow-init.
  @Test("the guest's own build reads every spec as the host does")
  func guest() throws {
    let root = String(#filePath.dropLast("Tests/ArrowSpecTests/CorpusTests.swift".count))
    let output = try Corpus.output(of: "check-guest", "\(root)Sources/ArrowSpec", Corpus.folder)
    #expect(output.hasSuffix(" bytes read as on the host\n"))
  }

  @Test("a good spec cut at any byte is refused where it ends or begins to be wrong", arguments: Corpus.good)
  func cut(_ sample: Corpus.Sample) throws {
    // White space behind the last brace may be lost.
    let needed = try #require(sample.source.lastIndex(of: 0x7D))
    // Thousands of cuts: what is right is not worth a word.
    for length in 0...needed {
      let cut = Array(sample.source[..<length])
      do {
        _ = try read(cut)
        Issue.record("read although cut at \(length)")
      } catch {
        let offset = error.offset ?? -1
        if !(0...length).contains(offset) { Issue.record("cut at \(length), told at \(offset)") }
      }
    }
  }

  @Test("a good spec with a byte lost or doubled is read, or refused with a place", arguments: Corpus.good)
  func damaged(_ sample: Corpus.Sample) throws {
    for index in stride(from: 0, to: sample.source.count, by: 13) {
      var lost = sample.source
      let byte = lost.remove(at: index)
      var doubled = sample.source
      doubled.insert(byte, at: index)
      for source in [lost, doubled] {
        do {
          _ = try read(source)
        } catch {
          if error.offset == nil { Issue.record("no place: \(error.message)") }
        }
      }
    }
  }
}
