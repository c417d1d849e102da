import ArrowHost
import ArrowSpec

/// Docker's `--env-file`, by docker's own rules: a variable a line, as `-e` takes it. Lines end with a newline and
/// nothing else, blanks before a name do not count, and empty lines and those that begin with `#` are comments.
public enum EnvironmentFile {
  /// Far above what a VM's overrides can hold. In bytes.
  private static let maximumSize = 1 << 20

  public static func variables(path: String) throws -> [String] {
    var text = try Files.contents(of: path, atMost: maximumSize + 1)
    guard text.count <= maximumSize else {
      throw HostError("\(path) is larger than \(maximumSize) bytes", hint: "is it a file of variables?")
    }
    if text.starts(with: byteOrderMark) { text.removeFirst(byteOrderMark.count) }
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return try lines.enumerated().compactMap { index, line in try variable(of: line, "\(path):\(index + 1)") }
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

  private static func variable(of line: ArraySlice<UInt8>, _ place: String) throws -> String? {
    let whole = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    let entry = whole.drop(while: isBlank)
    func error(_ message: String, at byte: Int, hint: String? = nil) -> HostError {
      let position = TextPosition(of: byte - line.startIndex, in: Array(line))
      return HostError(message, hint: hint, place: "\(place):\(position.column)")
    }
    guard let text = String(validating: entry, as: UTF8.self) else {
      throw error("the line is not UTF-8: \(quoted(String(decoding: entry, as: UTF8.self)))", at: entry.startIndex)
    }
    guard let first = entry.first, first != UInt8(ascii: "#") else { return nil }
    let name = entry.prefix { $0 != UInt8(ascii: "=") }
    if name.isEmpty { throw error("there is no name before \"=\"", at: entry.startIndex) }
    if let blank = name.firstIndex(where: isBlank) {
      let isExport = name.starts(with: "export".utf8) && blank == name.startIndex + 6
      throw error(
        "a variable's name has no blanks: \(quoted(String(decoding: name, as: UTF8.self)))", at: blank,
        hint: isExport ? "leave out \"export\": the file is no shell script" : "NAME=VALUE, one a line")
    }
    if entry.contains(0) { throw error("a variable can't have a NUL byte", at: entry.startIndex) }
    return text
  }
}
