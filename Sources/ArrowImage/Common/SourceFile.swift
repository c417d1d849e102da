import ArrowHost
import ArrowSpec

/// A file of the input with its text, in which places are counted.
struct SourceFile {
  var path: String
  var text: [UInt8]

  /// Reads `path`; one byte above the parser's limit is enough for it to see that a file is too large.
  init(_ path: some SystemPath) throws(HostError) {
    self.path = path.description
    text = try Files.contents(of: path, atMost: JSONDocument.maximumSize + 1)
  }

  /// The errors of the file: as JSON, and those that `read` finds in it.
  func findings(_ read: (JSONDocument) throws(SpecError) -> Void) -> [Finding] {
    do {
      try read(try JSONDocument(text))
      return []
    } catch {
      return [Finding(error.message, place: place(of: error.offset), hint: error.hint)]
    }
  }

  /// What the file has and hardly means.
  func warning(_ problem: SpecError) -> Finding {
    var finding = Finding(problem.message, place: place(of: problem.offset), hint: problem.hint)
    finding.isWarning = true
    return finding
  }

  private func place(of offset: Int?) -> String {
    guard let offset else { return path }
    let position = TextPosition(of: offset, in: text)
    return "\(path):\(position.line):\(position.column)"
  }
}
