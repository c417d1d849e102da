import ArrowSpec
import Glibc
import Testing

/// The committed specs: `corpus/good`, and `corpus/bad` with the message beside each.
enum Corpus {
  struct Sample: CustomTestStringConvertible {
    /// The file's name without `.json`.
    var name: String
    var source: [UInt8]
    var testDescription: String { name }
  }

  static let folder = String(#filePath.dropLast("Corpus.swift".count)) + "corpus"
  static let good = samples(in: "good")
  static let bad = samples(in: "bad")

  /// What corpus/check-schema needs.
  static let hasSchemaValidator = system("python3 -c 'import jsonschema' 2>/dev/null") == 0

  static func contents(of path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var contents: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { contents += buffer[..<count] }
    return contents
  }

  /// What a program beside the samples says; it must end with 0.
  static func output(of program: String, _ arguments: String...) throws -> String {
    let words = ["\(folder)/\(program)"] + arguments
    let pipe = try #require(popen(words.map { "'\($0)' " }.joined() + "2>&1", "r"))
    var output: [UInt8] = []
    while case let byte = fgetc(pipe), byte != EOF { output.append(UInt8(byte)) }
    let text = String(decoding: output, as: UTF8.self)
    #expect(pclose(pipe) == 0, "\(text)")
    return text
  }

  /// The message that belongs to a bad spec.
  static func message(for name: String) -> String? {
    contents(of: "\(folder)/bad/\(name).txt").map { String(decoding: $0, as: UTF8.self) }
  }

  private static func samples(in kind: String) -> [Sample] {
    guard let stream = opendir("\(folder)/\(kind)") else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name.hasSuffix(".json") { names.append(String(name.dropLast(5))) }
    }
    return names.sorted().map { name in
      Sample(name: name, source: contents(of: "\(folder)/\(kind)/\(name).json") ?? [])
    }
  }
}

/// Reads a spec as the host does, its seccomp profile included.
func read(_ source: [UInt8]) throws(SpecError) -> Spec {
  let document = try JSONDocument(source)
  let spec = try Spec(document)
  _ = try SeccompProfile(in: document)
  return spec
}

func read(_ text: String) throws(SpecError) -> Spec { try read(Array(text.utf8)) }

/// A spec with nothing in it but what must be, and `more`.
func spec(_ more: String = "", process: String = #""cmd": "p""#) -> String {
  #"{"binary": {"name": "p", "version": "3"}, "process": {\#(process)}"# + (more.isEmpty ? "}" : ", \(more)}")
}

/// The error as it is printed; `nil` when there is none.
func failure(of source: [UInt8], file: String = "f") -> String? {
  do {
    _ = try read(source)
    return nil
  } catch {
    return error.rendered(file: file, source: source)
  }
}
