import ArrowHost
import ArrowSpec
import Glibc

/// The list of what is left out of an arrow: `.arrowignore`, or `.dockerignore` where there is none. Its lines mean
/// what they mean to docker.
struct IgnoreFile {
  /// As the user would write it.
  let path: String
  private var rules: [Rule] = []

  private struct Rule {
    var pattern: IgnorePattern
    /// `!`
    var isException: Bool
    var line: Int
  }

  static let ownName = ".arrowignore"
  private static let names = [ownName, ".dockerignore"]
  private static let maximumSize = 1 << 20

  /// The list of the application in `folder`.
  static func find(in folder: String) throws -> IgnoreFile? {
    for name in names {
      let path = "\(folder)/\(name)"
      guard let status = try Files.followed(path) else {
        if try Files.status(of: path) == nil { continue }
        throw HostError("\(path) is a link that leads nowhere", kind: .input)
      }
      guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= maximumSize else {
        throw HostError("\(path) is no file of up to \(maximumSize) bytes", kind: .input)
      }
      return try IgnoreFile(path, Files.contents(of: path))
    }
    return nil
  }

  init(_ path: String, _ text: [UInt8]) throws(InputErrors) {
    self.path = path
    var findings: [Finding] = []
    var start = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var number = 0
    while start < text.count {
      let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
      number += 1
      do {
        if let rule = try Self.rule(text[start..<end], line: number) { rules.append(rule) }
      } catch {
        let place = TextPosition(of: error.offset, in: text)
        findings.append(
          Finding(
            error.message, place: "\(path):\(place.line):\(place.column)",
            hint: "a pattern is as in .dockerignore; \\ takes a character's meaning away"))
      }
      start = end + 1
    }
    try InputErrors.throwIfAny(findings)
  }

  /// A mistake's offset is in the whole text.
  private static func rule(_ line: ArraySlice<UInt8>, line number: Int) throws(IgnorePattern.Mistake) -> Rule? {
    if line.first == UInt8(ascii: "#") { return nil }
    var pattern = trimmed(line)
    if pattern.isEmpty { return nil }
    let isException = pattern.first == UInt8(ascii: "!")
    if isException { pattern = trimmed(pattern.dropFirst()) }
    let clean = cleaned(pattern)
    if isException && clean.isEmpty {
      throw IgnorePattern.Mistake(message: "a ! with nothing behind it", offset: line.startIndex)
    }
    do {
      // Shows where a mistake is in the line as it was written.
      _ = try IgnorePattern(Array(pattern))
      return Rule(pattern: try IgnorePattern(clean), isException: isException, line: number)
    } catch {
      throw IgnorePattern.Mistake(message: error.message, offset: pattern.startIndex + error.offset)
    }
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isBlank = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
    let start = text.drop(while: isBlank)
    return start[..<((start.lastIndex { !isBlank($0) } ?? start.startIndex - 1) + 1)]
  }

  /// As Go's filepath.Clean has it: no slash at the ends, no `.`, no `..` behind a name.
  private static func cleaned(_ pattern: ArraySlice<UInt8>) -> [UInt8] {
    var parts: [BytePath] = []
    for part in BytePath(pattern).components where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return parts.reduce("" as BytePath, /).bytes
  }

  /// Whether something may be taken out of a folder that is left out.
  var hasExceptions: Bool { rules.contains(where: \.isException) }

  /// The line that leaves out the path, which is relative to the application; `nil` where none does.
  func line(leavingOut path: BytePath) -> Int? {
    let parts = path.components
    // What holds for a folder holds for all that is in it.
    let paths = parts.indices.map { parts[...$0].reduce("" as BytePath, /) }
    return rules.reduce(nil) { line, rule in
      guard rule.isException == (line != nil), paths.contains(where: rule.pattern.matches) else { return line }
      return rule.isException ? nil : rule.line
    }
  }

  /// The line that names exactly this path.
  static func line(naming path: BytePath) -> String {
    path.description.reduce(into: "") { line, character in
      if "\\*?[".contains(character) || line.isEmpty && "#!".contains(character) { line += "\\" }
      line.append(character)
    }
  }
}
